using System.Diagnostics;
using Dapper;
using NUnit.Framework;
using Shop.Harness.Probing;

namespace Shop.Tests.Harness;

/// <summary>The probe against a shop, with a proxy in front of the orders that injects faults.</summary>
public sealed class ProbeTests : DatabaseTests
{
    static readonly ProbeOptions Quick = new() { Rate = 100 };

    ShopAddresses shop = null!;
    TcpProxy proxy = null!;

    protected override string Kind => Layout.AllInOne.Name;

    ShopAddresses Addresses => shop with { Orders = new($"http://127.0.0.1:{proxy.Port}") };

    [OneTimeSetUp]
    public async Task StartShop() => shop = (await Sandbox.Shop(Layout.AllInOne)).Addresses;

    [SetUp]
    public void StartProxy() => proxy = new(shop.Orders.Host, shop.Orders.Port);

    [TearDown]
    public ValueTask StopProxy() => proxy.DisposeAsync();

    [Test]
    public async Task Reports_requests_latency_and_the_orders_that_are_in_the_database()
    {
        await using var probe = await Probe.Start(Addresses, Quick);
        await Wait.Until(() => probe.Snapshot() is { Requests: >= 100, AcknowledgedOrders.Count: >= 20 }, "100 requests and 20 orders");

        var report = await probe.Stop();

        Assert.That(report.Failures, Is.Empty, report.ToString());
        Assert.That(report.Successes, Is.EqualTo(report.Requests));
        Assert.That(report.AcknowledgedOrders, Has.Count.EqualTo((report.Requests + 3) / 4), "a quarter of the requests");
        await using var connection = await Database.Owner.OpenConnectionAsync();
        var placed = await connection.QueryAsync<long>(
            "select id from orders.orders where product_id = @Product and user_id = @User", new { probe.Product, probe.User });
        Assert.That(report.AcknowledgedOrders, Is.EquivalentTo(placed));
        Assert.That(report.Latency.P50, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(report.Latency.P99));
        Assert.That(report.Latency.P99, Is.LessThanOrEqualTo(report.Latency.Max));
        Assert.That(report.LongestWithoutSuccess, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(report.LongestWithoutOrder));
        Assert.That(report.LongestWithoutOrder, Is.LessThan(report.Duration));
    }

    [Test]
    public async Task Reports_the_intervals_before_during_and_after_a_fault()
    {
        await using var probe = await Probe.Start(Addresses, Quick);
        await Wait.Until(() => probe.Snapshot().AcknowledgedOrders.Count >= 5, "5 orders");
        var before = probe.Mark();
        await proxy.TakeDown();
        await Wait.Until(() => probe.Snapshot().Failed >= 20, "20 failures");
        var began = Stopwatch.GetTimestamp();
        await Wait.Until(() => probe.Snapshot().Failed >= 40, "20 more failures");
        var outage = Stopwatch.GetElapsedTime(began);
        var during = probe.Mark();
        proxy.Restore();
        // A request that was refused before may be counted after one that was accepted.
        await Wait.Until(() => probe.Mark() is { Failed: 0, AcknowledgedOrders.Count: > 0 }, "an interval without failures");
        var successes = probe.Snapshot().Successes;
        await Wait.Until(() => probe.Snapshot().Successes >= successes + 20, "20 successes");
        var after = probe.Mark();

        Assert.That(before.Failures, Is.Empty, before.ToString());
        Assert.That(during.Failures.Keys, Does.Contain("ConnectionError"), during.ToString());
        Assert.That(during.LongestWithoutOrder, Is.GreaterThanOrEqualTo(outage));
        Assert.That(during.LongestWithoutSuccess, Is.LessThan(during.LongestWithoutOrder), "products and users were read meanwhile");
        Assert.That(after.Failures, Is.Empty, after.ToString());
        var total = await probe.Stop();
        Assert.That(total.Failed, Is.GreaterThanOrEqualTo(during.Failed));
        Assert.That(total.AcknowledgedOrders, Is.SupersetOf(before.AcknowledgedOrders.Concat(after.AcknowledgedOrders)));
    }
}
