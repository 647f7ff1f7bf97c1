using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Hosting;

/// <summary><c>GET /metrics</c></summary>
public sealed class MetricsTests(Layout layout) : ShopTests(layout)
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8";
    const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

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
}
