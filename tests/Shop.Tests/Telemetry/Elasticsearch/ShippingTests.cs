using System.Net;
using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>Hosts that send their log lines to Elasticsearch.</summary>
public sealed class ShippingTests(Layout layout) : ShopTests(layout)
{
    const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    BulkServer server = null!;

    protected override async Task<RunningShop> OpenShop()
    {
        server = await BulkServer.Start();
        return await Start();
    }

    [OneTimeTearDown]
    public async Task CloseShop()
    {
        await Shop.DisposeAsync();
        await server.DisposeAsync();
        Assert.That(server.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_document_is_Elastic_Common_Schema_and_the_very_line_of_the_console()
    {
        var (user, product) = (await User("ann"), await Product(stock: 5));

        var answer = await Shop.Orders.Post(
            "/orders",
            $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": 1}""",
            ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"));

        var document = await DocumentOf(TraceId);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                document.EnumerateObject().Select(member => member.Name),
                Is.EquivalentTo(new[]
                {
                    "@timestamp", "log.level", "message", "ecs.version", "log.logger", "host.name", "service.name", "service.version", "trace.id", "span.id",
                    "http.request.method", "http.response.status_code", "url.path", "event.duration", "shop.route", "shop.order_id", "shop.product_id", "shop.user_id",
                }));
            Assert.That(document.GetProperty("@timestamp").GetDateTime(), Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(document.GetProperty("log.level").GetString(), Is.EqualTo("info"));
            Assert.That(document.GetProperty("log.logger").GetString(), Is.EqualTo("Shop.AccessLog"));
            Assert.That(document.GetProperty("message").GetString(), Does.Match(@"^POST /orders 201 \d+\.\d ms$"));
            Assert.That(document.GetProperty("service.name").GetString(), Is.EqualTo(Layout.Orders.Service));
            Assert.That(document.GetProperty("service.version").GetString(), Does.Match(@"^\d+\.\d+\.\d+"));
            Assert.That(document.GetProperty("span.id").GetString(), Does.Match("^[0-9a-f]{16}$"));
            Assert.That(document.GetProperty("http.request.method").GetString(), Is.EqualTo("POST"));
            Assert.That(document.GetProperty("http.response.status_code").GetInt32(), Is.EqualTo(201));
            Assert.That(document.GetProperty("url.path").GetString(), Is.EqualTo("/orders"));
            Assert.That(document.GetProperty("event.duration").GetInt64(), Is.InRange(1_000, 60_000_000_000));
            Assert.That(document.GetProperty("shop.route").GetString(), Is.EqualTo("/orders"));
            Assert.That(document.GetProperty("shop.order_id").GetInt64(), Is.EqualTo(answer.Json.GetProperty("order").GetProperty("id").GetInt64()));
            Assert.That(document.GetProperty("shop.product_id").GetInt32(), Is.EqualTo(product));
            Assert.That(document.GetProperty("shop.user_id").GetInt32(), Is.EqualTo(user));
            Assert.That(Shop.OrderHosts[0].Output, Does.Contain(document.GetRawText()));
        }
    }

    [Test]
    public async Task An_outage_in_the_middle_of_a_load_loses_no_line_and_every_page_of_metrics_is_true()
    {
        var (user, product) = (await User(), await Product(stock: 1_000_000));
        await AllAreThere();
        var before = Placed();
        using var over = new CancellationTokenSource();
        var pages = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ReadPages(over.Token)));

        await Orders(user, product, 200);
        await server.TakeAway();
        await Orders(user, product, 200);
        await server.BringBack();
        await Orders(user, product, 200);

        await over.CancelAsync();
        await pages;
        await AllAreThere();
        Assert.That(Placed() - before, Is.EqualTo(600));

        int Placed() => server.Documents.Values.Count(document => Says(document, "url.path", "/orders") && Says(document, "http.response.status_code", "201"));
    }

    [Test]
    public async Task Pages_that_are_made_at_the_same_moment_are_true() => await Parallel.ForEachAsync(
        Enumerable.Range(0, 400),
        new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (_, cancelled) =>
        {
            var ledger = LedgerPage.Of(await Shop.Orders.GetStringAsync("/metrics", cancelled));
            Assert.That(ledger.IsTrue, ledger.ToString());
        });

    [Test]
    public async Task A_host_that_stops_has_sent_its_last_line()
    {
        await using var own = await BulkServer.Start();
        await using var host = await StartHost(own.Address);
        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (_, _) => await client.Get("/orders/4711"));

        host.SendOrIgnore(Signal.Terminate);
        await host.WaitForExit();

        Assert.That(host.ExitCode, Is.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(host.Lines.Last(), Does.Contain($"{own.Documents.Count} emitted, {own.Documents.Count} shipped, 0 queued, 0 dropped"), string.Join('\n', own.Complaints));
            Assert.That(own.Documents.Values.Count(document => Says(document, "url.path", "/orders/4711")), Is.EqualTo(2_000));
        }
    }

    [Test]
    public async Task A_host_that_stops_without_Elasticsearch_ends_in_time_and_says_what_is_lost()
    {
        await using var host = await StartHost(new($"http://127.0.0.1:{Loopback.FreePort()}"));
        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (_, _) => await client.Get("/orders/4711"));

        host.SendOrIgnore(Signal.Terminate);
        await host.WaitForExit();

        Assert.That(host.ExitCode, Is.Zero);
        Assert.That(host.Lines.Last(), Does.Match(@"(\d+) emitted, 0 shipped, 0 queued, \1 dropped \(shutdown \1\)"));
    }

    [Test]
    public async Task Without_an_address_nothing_is_sent_and_the_series_are_there_at_zero()
    {
        await using var shop = await Sandbox.StartShop(Layout);
        await shop.Orders.Get("/orders/4711");

        var page = await shop.Orders.GetStringAsync("/metrics");

        foreach (var series in new[] { "emitted_total", "shipped_total", "queued" }.Concat(LedgerPage.Reasons.Select(reason => $"dropped_total{{reason=\"{reason}\"}}")))
        {
            Assert.That(page, Does.Contain($"\nshop_logs_{series} 0\n"));
        }
    }

    [Test]
    public async Task No_line_shows_who_somebody_is()
    {
        const string Address = "ann.lee@example.com";
        await Furnish();
        foreach (var operation in Operation.Every)
        {
            var client = operation.Client(Shop);
            foreach (var id in new[] { "1", Address, "ann.lee%40example.com", "ann.lee%2540example.com", "ann_lee" })
            {
                foreach (var body in new[] { null, operation.Body(), $$"""{"email": "{{Address}}", "username": "ann_lee", "name": "{{Address}}"}""", $$"""{"email": "{{Address}}""" })
                {
                    await client.Raw(
                        $"{operation.Method} {operation.Path(id)}?q={Address}&email={Address}&after={Address}",
                        ["Content-Type: application/json", $"Idempotency-Key: {Address}", $"If-Match: \"{Address}\"", $"X-User: {Address}", $"traceparent: {Address}"],
                        System.Text.Encoding.UTF8.GetBytes(body ?? ""));
                }
            }

            await client.Raw($"GET /{Address}{operation.Path("1")}", []);
            await client.Raw($"GET {operation.Path("1")}/ann_lee/{Address}", []);
            await client.Raw($"ann.lee {operation.Path(Address)}", []);
        }

        (await Shop.Users.Post("/users", $$"""{"username": "ann_lee2", "email": "{{Address}}"}""")).MustBe("duplicate_user");
        await using (await Sabotage.Inserts(Database, "users.users", $"duplicate key: Key (lower(email))=({Address}) already exists"))
        {
            (await Shop.Users.Post("/users", """{"username": "bob", "email": "bob@example.com"}""")).MustBe("internal_error");
        }

        await AllAreThere();
        var written = server.Documents.Values.Select(document => document.GetRawText()).Concat(Shop.Hosts.SelectMany(host => host.Output)).ToArray();
        Assert.That(written, Has.Some.Contains("duplicate key"));
        Assert.That(written.Where(line => line.Contains("ann.lee", StringComparison.OrdinalIgnoreCase) || line.Contains("ann_lee", StringComparison.OrdinalIgnoreCase) || line.Contains("example.com", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_path_that_was_mistyped_can_be_told()
    {
        var seen = new Dictionary<string, string>
        {
            ["/product/1"] = "/product/1",
            ["/orders/17/status/"] = "/orders/17/status/",
            ["/health/live"] = "/health/live",
            ["/openapi/v1.json"] = "/openapi/v1.json",
            ["/users/abc"] = "/users/*",
            ["/wp-admin/setup.php"] = "/wp-admin/*",
            ["//"] = "//",
        };
        foreach (var path in seen.Keys)
        {
            await Shop.Orders.Raw($"GET {path}", []);
        }

        foreach (var shown in seen.Values)
        {
            await Wait.Until(() => Task.FromResult(server.Documents.Values.Any(document => Says(document, "url.path", shown))), $"a line of {shown}");
        }
    }

    Task<RunningShop> Start() => Sandbox.StartShop(
        Layout, settings: [("LOG_FORMAT", "ecs"), ("ELASTICSEARCH_URL", server.Address.ToString()), ("AccessLog__ReadsPerSecond", "1000000")]);

    Task<HostProcess> StartHost(Uri elasticsearch) => HostProcess.Start(
        Layout.Orders.Name,
        new Dictionary<string, string>
        {
            ["LOG_FORMAT"] = "ecs",
            ["ELASTICSEARCH_URL"] = elasticsearch.ToString(),
            ["ConnectionStrings__Shop"] = Database.ConnectionString(Layout.Orders.Role),
        });

    Task Orders(int user, int product, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), async (_, cancelled) => Assert.That((await Shop.Orders.Order(user, product, cancelled: cancelled)).Status, Is.EqualTo(HttpStatusCode.Created)));

    async Task ReadPages(CancellationToken over)
    {
        // As fast as it can, it would take the hosts' time for the load.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!over.IsCancellationRequested && await pause.WaitForNextTickAsync(CancellationToken.None))
        {
            var ledger = LedgerPage.Of(await Shop.Orders.GetStringAsync("/metrics", CancellationToken.None));
            Assert.That(ledger.IsTrue, ledger.ToString());
        }
    }

    /// <summary>Waits until every line of every host that was written by now is there. A scrape makes one itself, so there is always one more.</summary>
    async Task AllAreThere()
    {
        var emitted = (await Ledgers()).Sum(ledger => ledger.Emitted);
        await Wait.Until(() => Task.FromResult(server.Documents.Count >= emitted), "every line to be there");
        // Before the ledgers are read: the line of that scrape may be there before the page is.
        var there = server.Documents.Count;
        var ledgers = await Ledgers();
        Assert.That(ledgers, Is.All.Property(nameof(LedgerPage.IsTrue)).True);
        Assert.That(ledgers.SelectMany(ledger => ledger.Dropped.Values), Is.All.Zero);
        Assert.That(there, Is.InRange(emitted, ledgers.Sum(ledger => ledger.Emitted)));
    }

    async Task<LedgerPage[]> Ledgers()
    {
        var clients = new[] { Shop.Orders, Shop.Products, Shop.Users }.Take(Shop.Hosts.Count);
        return [.. (await Task.WhenAll(clients.Select(client => client.GetStringAsync("/metrics")))).Select(LedgerPage.Of)];
    }

    async Task<JsonElement> DocumentOf(string traceId)
    {
        await Wait.Until(() => Task.FromResult(server.Documents.Values.Any(document => Says(document, "trace.id", traceId))), "the document");
        return server.Documents.Values.Single(document => Says(document, "trace.id", traceId));
    }

    static bool Says(JsonElement document, string name, string value) => document.TryGetProperty(name, out var member) && member.ToString() == value;
}
