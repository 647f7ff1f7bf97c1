using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Shop.Tests.Harness;

/// <summary>A shop whose response to an order is up to the test. All other requests succeed.</summary>
sealed class FakeShop : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<string> keys = new();

    FakeShop(Func<HttpContext, Task> placeOrder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/users", http => Created(http, """{"user": {"id": 1}}"""));
        app.MapPost("/products", http => Created(http, """{"product": {"id": 1}}"""));
        app.MapPost("/orders", http =>
        {
            keys.Enqueue($"{http.Request.Headers["Idempotency-Key"]}");
            return placeOrder(http);
        });
        app.MapFallback(_ => Task.CompletedTask);
    }

    /// <summary>Idempotency keys of the orders.</summary>
    public IReadOnlyCollection<string> Keys => keys;

    public ShopAddresses Addresses => new(new(app.Urls.Single()), new(app.Urls.Single()), new(app.Urls.Single()));

    public static async Task<FakeShop> Start(Func<HttpContext, Task> placeOrder)
    {
        var shop = new FakeShop(placeOrder);
        await shop.app.StartAsync();
        return shop;
    }

    public static Task Created(HttpContext http, string body)
    {
        http.Response.StatusCode = 201;
        return http.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
