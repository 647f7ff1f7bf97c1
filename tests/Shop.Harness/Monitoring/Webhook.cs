using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Shop.Harness.Monitoring;

/// <summary>An HTTP server that receives Alertmanager's notifications.</summary>
sealed class Webhook : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<Notice> notices = new();

    Webhook()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/", async (HttpContext http) =>
        {
            foreach (var notice in (await http.Request.ReadFromJsonAsync<Message>())!.Alerts)
            {
                notices.Enqueue(notice);
            }
        });
    }

    public IReadOnlyCollection<Notice> Notices => notices;

    public string Address => $"{app.Urls.Single()}/";

    public static async Task<Webhook> Open()
    {
        var webhook = new Webhook();
        await webhook.app.StartAsync();
        return webhook;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    sealed record Message(IReadOnlyList<Notice> Alerts);
}
