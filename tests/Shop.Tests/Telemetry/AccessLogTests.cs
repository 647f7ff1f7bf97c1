using NUnit.Framework;

namespace Shop.Tests.Telemetry;

/// <summary>Which requests have a log line.</summary>
public sealed class AccessLogTests(Layout layout) : ShopTests(layout)
{
    const int Budget = 5;

    protected override Task<RunningShop> OpenShop() =>
        Sandbox.StartShop(Layout, settings: [("LOG_FORMAT", "ecs"), ("AccessLog__ReadsPerSecond", $"{Budget}"), ("AccessLog__SlowMilliseconds", "60000")]);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task Plain_reads_have_a_budget_and_what_is_left_out_is_counted()
    {
        await Furnish();
        var (lines, leftOut, began) = (Lines("GET /orders/1 200"), await LeftOut(), DateTime.UtcNow);

        await Many(500, () => Shop.Orders.Get("/orders/1"));

        // The scrapes are reads, too.
        var scrapes = 1;
        await Wait.Until(
            async () =>
            {
                scrapes++;
                return Lines("GET /orders/1 200") - lines + await LeftOut() - leftOut >= 500;
            },
            "every read to be a line or counted");
        Assert.That(Lines("GET /orders/1 200") - lines, Is.InRange(1, Budget * (2 + (DateTime.UtcNow - began).TotalSeconds)));
        Assert.That(await LeftOut() - leftOut, Is.InRange(1, 500 + scrapes));
    }

    [Test]
    public async Task Writes_and_errors_have_a_line_always()
    {
        await Furnish();
        var (failed, written) = (Lines("GET /orders/4711 404"), Lines("PUT /orders/1/status 200"));

        await Many(100, () => Shop.Orders.Get("/orders/4711"));
        await Many(100, () => Shop.Orders.PutStatus(1, "pending"));

        await Wait.Until(
            () => Task.FromResult(Lines("GET /orders/4711 404") - failed == 100 && Lines("PUT /orders/1/status 200") - written == 100), "all lines");
    }

    [Test]
    public async Task Slow_reads_have_a_line_always()
    {
        await using var slow = await Sandbox.StartShop(
            Layout, settings: [("LOG_FORMAT", "ecs"), ("AccessLog__ReadsPerSecond", "0"), ("AccessLog__SlowMilliseconds", "0")]);

        await Many(50, () => slow.Orders.Get("/orders"));

        await Wait.Until(() => Task.FromResult(Lines(slow, "GET /orders 200") == 50), "all lines");
        Assert.That(await slow.Metric("shop_logs_left_out_total"), Is.Zero);
    }

    [Test]
    public async Task Plain_reads_have_no_line_if_their_budget_is_0()
    {
        await using var silent = await Sandbox.StartShop(
            Layout, settings: [("LOG_FORMAT", "ecs"), ("AccessLog__ReadsPerSecond", "0"), ("AccessLog__SlowMilliseconds", "60000")]);

        await Many(50, () => silent.Orders.Get("/orders"));
        await silent.Orders.Get("/orders/4711");

        await Wait.Until(
            async () => Lines(silent, "GET /orders/4711 404") == 1 && await silent.Metric("shop_logs_left_out_total") >= 50,
            "the line of the error and the count of the reads");
        Assert.That(Lines(silent, "GET /orders 200"), Is.Zero);
    }

    static Task Many(int times, Func<Task<Answer>> ask) => Parallel.ForEachAsync(Enumerable.Range(0, times), async (_, _) => await ask());

    static int Lines(RunningShop shop, string text) =>
        shop.Hosts.Sum(host => host.Output.Count(line => line.Contains($"\"message\":\"{text} ", StringComparison.Ordinal)));

    int Lines(string text) => Lines(Shop, text);

    async Task<int> LeftOut() => (int)await Shop.Metric("shop_logs_left_out_total");
}
