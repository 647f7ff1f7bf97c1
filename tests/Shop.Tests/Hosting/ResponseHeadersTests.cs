using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>What responses say to caches, to browsers and about their connection.</summary>
public sealed class ResponseHeadersTests(Layout layout) : ShopTests(layout)
{
    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public async Task C15_A_read_is_revalidated_and_the_response_to_a_write_is_not_stored(Operation operation)
    {
        await Furnish();

        var answer = await operation.Ask(Shop);

        var expected = operation.Method != HttpMethod.Get ? "no-store" : operation.Route.StartsWith("/users", StringComparison.Ordinal) ? "no-cache, private" : "no-cache";
        answer.MustBeDone(operation);
        Assert.That(CacheControlOf(answer), Is.EqualTo(expected));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.ById))]
    public async Task C15_An_error_is_not_stored(Operation operation)
    {
        var answer = await operation.Client(Shop).Send(operation.Method, operation.Path("4711"), operation.Members.Length > 0 ? operation.Body() : null);

        answer.MustBe($"{operation.Kind}_not_found");
        Assert.That(CacheControlOf(answer), Is.EqualTo("no-store"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [Test]
    public async Task C15_A_page_of_metrics_varies_by_Accept() =>
        Assert.That((await Shop.Orders.Get("/metrics")).Headers.Vary, Is.EqualTo(new[] { "Accept" }));

    [Test]
    public async Task C15_Where_a_list_of_origins_is_allowed_every_response_varies_by_Origin()
    {
        await using var shop = await Sandbox.StartShop(Layout, settings: ("CORS_ORIGINS", "https://example.com"));
        foreach (var (path, origin) in from path in new[] { "/orders", "/orders/4711", "/health", "/nothing" } from origin in new[] { null, "https://example.com", "https://example.org" } select (path, origin))
        {
            var answer = await shop.Orders.Send(HttpMethod.Get, path, null, origin is null ? [] : [("Origin", origin)]);

            Assert.That(answer.Headers.Vary, Is.EqualTo(new[] { "Origin" }), $"{path} {origin}");
        }
    }

    [Test]
    public async Task C16_A_host_that_stops_closes_connections_from_the_moment_it_is_unready()
    {
        await using var shop = await Sandbox.StartShop(Layout, settings: ("Stop__DelaySeconds", "300"));
        Assert.That((await shop.Orders.Get("/orders")).Headers.ConnectionClose, Is.Not.True);

        shop.OrderHosts[0].SendOrIgnore(Signal.Terminate);
        await Wait.Until(async () => (int)(await shop.Orders.Get("/health")).Status == 503, "the host to be unready");

        Assert.That((await shop.Orders.Get("/orders")).Headers.ConnectionClose, Is.True);
        Assert.That((await shop.Orders.Get("/orders/4711")).Headers.ConnectionClose, Is.True);
    }

    [TestCase("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "None")]
    [TestCase("Logging__LogLevel__Default", "None")]
    [TestCase("Logging__LogLevel__Microsoft", "")]
    public async Task C13_Requests_have_a_trace_whatever_is_logged(string key, string value)
    {
        await using var shop = await Sandbox.StartShop(Layout, settings: (key, value));

        Assert.That((await shop.Orders.Get("/orders")).TraceId, Does.Match("^[0-9a-f]{32}$"));
    }

    static string? CacheControlOf(Answer answer) => answer.Headers.CacheControl?.ToString();
}
