using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Telemetry;

/// <summary>The lines that a host prints for programs to read.</summary>
public sealed class LogTests(Layout layout) : ShopTests(layout)
{
    const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, settings: ("LOG_FORMAT", "ecs"));

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task C13_An_order_is_one_line_in_Elastic_Common_Schema_with_its_trace_and_its_ids()
    {
        var (user, product) = (await User("ann"), await Product(stock: 5));

        var answer = await Shop.Orders.Post(
            "/orders",
            $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": 1}""",
            ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"));

        var line = (await LinesOf(TraceId)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(line.GetProperty("@timestamp").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
            Assert.That(line.GetProperty("log.level").GetString(), Is.EqualTo("info"));
            Assert.That(line.GetProperty("service.name").GetString(), Is.EqualTo(Layout.Orders.Service));
            Assert.That(line.GetProperty("span.id").GetString(), Does.Match("^[0-9a-f]{16}$"));
            Assert.That(line.GetProperty("http.request.method").GetString(), Is.EqualTo("POST"));
            Assert.That(line.GetProperty("http.response.status_code").GetInt32(), Is.EqualTo(201));
            Assert.That(line.GetProperty("url.path").GetString(), Is.EqualTo("/orders"));
            Assert.That(line.GetProperty("shop.route").GetString(), Is.EqualTo("/orders"));
            Assert.That(line.GetProperty("event.duration").GetInt64(), Is.Positive);
            Assert.That(line.GetProperty("shop.user_id").GetInt32(), Is.EqualTo(user));
            Assert.That(line.GetProperty("shop.product_id").GetInt32(), Is.EqualTo(product));
            Assert.That(line.GetProperty("shop.order_id").GetInt64(), Is.EqualTo(answer.Json.GetProperty("order").GetProperty("id").GetInt64()));
        });
    }

    [Test]
    public async Task Every_line_is_JSON_and_none_shows_who_somebody_is()
    {
        var user = await User("somebody");
        await Shop.Users.Get($"/users/{user}");
        await Shop.Users.Post("/users", """{"username": "SOMEBODY", "email": "somebody@example.com"}""");
        await Shop.Users.Get("/users/4711?q=somebody@example.com");
        await Wait.Until(() => Task.FromResult(Lines.Any(line => line.Contains("/users/4711", StringComparison.Ordinal))), "the last line");

        foreach (var line in Lines)
        {
            Assert.That(() => JsonDocument.Parse(line), Throws.Nothing, line);
            Assert.That(line, Does.Not.Contain("somebody").IgnoreCase);
        }
    }

    [Test]
    public async Task A_reader_that_stops_reading_stalls_no_request()
    {
        var port = Loopback.FreePort();
        await using var host = HostProcess.Launch(
            Layout.Products.Name,
            new Dictionary<string, string>
            {
                ["ConnectionStrings__Shop"] = Database.ConnectionString(Layout.Products.Role),
                ["PRODUCT_PORT"] = $"{port}",
            },
            isRead: false);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Wait.Until(async () => await Answers(client), "the host to be up");

        // Some 200 bytes each: many times what a pipe holds.
        for (var i = 0; i < 3000; i++)
        {
            Assert.That((int)(await client.Get("/health/live")).Status, Is.EqualTo(200));
        }

        host.SendOrIgnore(Signal.Terminate);
        await host.WaitForExit();
        Assert.That(host.ExitCode, Is.Zero);
    }

    IEnumerable<string> Lines => Shop.Hosts.SelectMany(host => host.Output);

    async Task<JsonElement[]> LinesOf(string traceId)
    {
        JsonElement[] Find() => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("trace.id", out var id) && id.GetString() == traceId)];
        await Wait.Until(() => Task.FromResult(Find().Length > 0), "the line");
        return Find();
    }

    static async Task<bool> Answers(HttpClient client)
    {
        try
        {
            return (int)(await client.Get("/health/live")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
