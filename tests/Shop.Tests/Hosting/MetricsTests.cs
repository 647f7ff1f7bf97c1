using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary><c>GET /metrics</c></summary>
public sealed partial class MetricsTests(Layout layout) : ShopTests(layout)
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8";
    const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    static readonly string[] Outcomes =
    [
        "placed", "replayed", "idempotency_key_reused", "user_not_found", "product_not_found", "insufficient_stock",
        "overloaded", "abandoned", "failed",
    ];

    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    [TestCase(null, Text)]
    [TestCase("*/*", Text)]
    [TestCase("text/plain", Text)]
    [TestCase("text/plain;version=0.0.4", Text)]
    [TestCase("application/json", Text, Description = "Neither: the older one")]
    [TestCase("nonsense;;;", Text)]
    [TestCase("application/openmetrics-text", OpenMetrics)]
    [TestCase("application/openmetrics-text; version=1.0.0", OpenMetrics)]
    [TestCase(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OpenMetrics,
        Description = "Prometheus")]
    [TestCase("application/openmetrics-text;q=0.1, text/plain;q=0.9", Text)]
    public async Task H4_Every_host_shows_its_metrics_as_Accept_wants_them(string? accept, string contentType)
    {
        foreach (var client in Clients)
        {
            var answer = await client.Send(HttpMethod.Get, "/metrics", body: null, headers: accept is null ? [] : [("Accept", accept)]);

            Assert.That((int)answer.Status, Is.EqualTo(200));
            Assert.That(answer.ContentHeaders.ContentType?.ToString(), Is.EqualTo(contentType));
            Assert.That(answer.Text, Does.Contain("\n# TYPE process_start_time_seconds gauge\n"));
            Assert.That(answer.Text.EndsWith("# EOF\n", StringComparison.Ordinal), Is.EqualTo(contentType == OpenMetrics));
        }
    }

    [Test]
    public async Task H4_Orders_are_counted_by_what_became_of_them()
    {
        await Furnish();
        (string Outcome, Func<Task<Answer>> Ask)[] outcomes =
        [
            ("placed", () => Shop.Orders.Order(1, 1, key: "key")),
            ("replayed", () => Shop.Orders.Order(1, 1, key: "key")),
            ("idempotency_key_reused", () => Shop.Orders.Order(1, 1, quantity: 2, key: "key")),
            ("user_not_found", () => Shop.Orders.Order(4711, 1)),
            ("product_not_found", () => Shop.Orders.Order(1, 4711)),
            ("insufficient_stock", () => Shop.Orders.Order(1, 1, quantity: 1_000_000)),
        ];
        foreach (var (outcome, ask) in outcomes)
        {
            var series = $"shop_orders_total{{outcome=\"{outcome}\"}}";
            var before = await Shop.Metric(series);

            await ask();

            Assert.That(await Shop.Metric(series), Is.EqualTo(before + 1), outcome);
        }
    }

    [Test]
    public async Task H4_Every_outcome_of_an_order_is_there_from_the_start_at_zero()
    {
        await using var fresh = await Sandbox.StartShop(Layout);
        var counts = (await fresh.Orders.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.StartsWith("shop_orders_total{", StringComparison.Ordinal));

        Assert.That(counts, Is.EquivalentTo(Outcomes.Select(outcome => $"shop_orders_total{{outcome=\"{outcome}\"}} 0")));
        foreach (var series in new[]
            {
                "shop_batch_refused_total{batch=\"place_order\"}",
                "shop_batch_dropped_total{batch=\"place_order\"}",
                "shop_batch_refused_total{batch=\"get_order\"}",
                "shop_unanswered_commits_total{outcome=\"unknown\"}",
            })
        {
            Assert.That(await fresh.Orders.GetStringAsync("/metrics"), Does.Contain($"\n{series} 0\n"));
        }
    }

    [Test]
    public async Task H4_A_fault_of_ours_is_counted_as_500_under_its_route()
    {
        await Furnish();
        const string Series = "http_requests_received_total{module=\"order\",route=\"/orders\",method=\"POST\",code=\"500\"}";
        var before = await Shop.Metric(Series);
        await using (await Sabotage.Inserts(Database, "orders.orders", "out of order"))
        {
            (await Shop.Orders.Order(1, 1)).MustBe("internal_error");
        }

        await Wait.Until(async () => await Shop.Metric(Series) == before + 1, Series);
    }

    [TestCase("GET", "/nowhere", null, "none", "none", "GET", 404)]
    [TestCase("DELETE", "/orders", null, "none", "none", "DELETE", 405)]
    [TestCase("BREW", "/orders", null, "none", "none", "other", 405)]
    [TestCase("GET", "/orders/4711", null, "order", "/orders/{id}", "GET", 404)]
    [TestCase("HEAD", "/orders/4711", null, "order", "/orders/{id}", "GET", 404)]
    [TestCase("POST", "/orders", "text/plain", "order", "/orders", "POST", 415)]
    [TestCase("POST", "/orders", "application/json", "order", "/orders", "POST", 413)]
    public async Task H4_What_is_refused_is_counted_too(
        string verb, string path, string? mediaType, string module, string route, string method, int code)
    {
        var series = $"http_requests_received_total{{module=\"{module}\",route=\"{route}\",method=\"{method}\",code=\"{code}\"}}";
        var before = await Shop.Metric(series);
        var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (mediaType is not null)
        {
            request.Content = new StringContent(new string(' ', 70_000), null, mediaType);
        }

        Assert.That((int)(await Shop.Orders.Ask(request)).Status, Is.EqualTo(code));

        await Wait.Until(async () => await Shop.Metric(series) == before + 1, series);
    }

    [Test]
    public async Task H4_No_id_no_path_and_no_verb_of_a_client_becomes_a_series()
    {
        await Furnish();
        // Twice, since a request is counted only after its answer.
        await Ask(1);
        await Series();
        await Ask(2);
        var before = await OfRequests();

        for (var i = 3; i <= 100; i++)
        {
            await Ask(i);
        }

        Assert.That(await OfRequests(), Is.EqualTo(before));

        // The best sellers are read from the database at most every 15 s, and may appear at any moment.
        async Task<string[]> OfRequests() => [.. (await Series()).Where(series => !series.Contains("shop_bestseller_", StringComparison.Ordinal))];

        async Task Ask(int i)
        {
            foreach (var client in Clients)
            {
                await client.Get($"/orders/{4711 + i}");
                await client.Get($"/products/{4711 + i}?q={i}");
                await client.Get($"/users/{4711 + i}");
                await client.Get($"/made-up/{i}");
                await client.Send(new HttpMethod($"VERB{i}"), "/health/live");
            }

            await Shop.Orders.Order(user: 4711 + i, product: 1, key: $"key-{i}");
        }
    }

    [Test]
    public async Task H4_Labels_are_few_and_each_has_a_bounded_list_of_values()
    {
        await Furnish();
        foreach (var operation in Operation.Every)
        {
            await operation.Ask(Shop);
        }

        string[] routes = [.. Operation.Every.Select(operation => operation.Route), "/health", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/", "none"];
        var allowed = new Dictionary<string, Func<string, bool>>
        {
            ["module"] = value => value is "product" or "order" or "user" or "host" or "none",
            // The page has its files beside it.
            ["route"] = value => routes.Contains(value) || value.StartsWith("/docs", StringComparison.Ordinal),
            ["method"] = value => value is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "other",
            ["code"] = value => value.Length == 3 && value.All(char.IsAsciiDigit),
            ["outcome"] = value => Outcomes.Contains(value) || value is "committed" or "aborted" or "unknown",
            ["pool"] = value => value is "orders" or "reads" or "writes" or "lists" or "scans" or "rescue" or "readiness",
            ["batch"] = value => value is "place_order" or "place_order_locked" or "get_order" or "get_product" or "get_user",
            ["le"] = value => value.All(c => char.IsAsciiDigit(c) || c is '.' or '+' or 'I' or 'n' or 'f' or 'e' or '-'),
            ["rank"] = value => value is "1" or "2" or "3" or "4" or "5",
            ["state"] = value => value is "idle" or "used",
            ["status"] = value => value is "shipped" or "completed" or "cancelled",
            ["service"] = value => value is "shop" or "product-service" or "order-service" or "user-service",
            // Of the build: one a process.
            ["version"] = _ => true,
            ["reason"] = value => value is "queue_full" or "rejected" or "too_large" or "shutdown" or "failed",
            ["generation"] = value => value is "0" or "1" or "2",
        };
        foreach (var series in await Series())
        {
            foreach (Match label in Label().Matches(series))
            {
                var (name, value) = (label.Groups[1].Value, label.Groups[2].Value);
                Assert.That(allowed.TryGetValue(name, out var fits) && fits(value), series);
            }
        }
    }

    /// <summary>Every series of every host, without its value.</summary>
    async Task<string[]> Series()
    {
        var pages = await Task.WhenAll(Clients.Select(client => client.GetStringAsync("/metrics")));
        return
        [
            .. pages.SelectMany((page, host) => page.Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => $"{host} {line[..line.LastIndexOf(' ')]}"))
                .Order(StringComparer.Ordinal),
        ];
    }

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
