using NUnit.Framework;

namespace Shop.Tests.Telemetry;

/// <summary>The metrics of a connection pool that is exhausted: each host has one connection for writes.</summary>
public sealed class ConnectionMetricsTests(Layout layout) : ShopTests(layout)
{
    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, options: Patient, settings: ("Pools__Writes", "1"));

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task H4_Connections_in_use_callers_that_wait_and_callers_that_are_refused_are_shown_by_pool()
    {
        var (user, product) = (await User(), await Product(stock: 10));
        var orders = new[] { await Order(), await Order() };
        var refused = await Shop.Metric("shop_pool_refused_total{pool=\"writes\"}");
        Task<Answer> first;
        await using (var held = await HeldRow.Product(Database, product))
        {
            await held.Also("set local idle_in_transaction_session_timeout = '60s'");
            first = Cancel(orders[0]);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the order to wait for the product");
            Assert.That(await Shop.Metric("npgsql_pool_max_connections{pool=\"writes\"}"), Is.EqualTo(1));
            Assert.That(await Shop.Metric("npgsql_pool_connections{pool=\"writes\",state=\"used\"}"), Is.EqualTo(1));
            Assert.That(await Shop.Metric("npgsql_commands_executing"), Is.AtLeast(1));

            var second = Cancel(orders[1]);
            await Wait.Until(async () => await Shop.Metric("shop_pool_waiting_callers{pool=\"writes\"}") > 0, "a caller to wait");
            (await second).MustBe("overloaded");
            Assert.That(await Shop.Metric("shop_pool_refused_total{pool=\"writes\"}"), Is.EqualTo(refused + 1));
            Assert.That((int)(await Shop.Orders.Get($"/orders/{orders[0]}")).Status, Is.EqualTo(200));
        }

        Assert.That((int)(await first).Status, Is.EqualTo(200), (await first).ToString());
        await Wait.Until(
            async () => await Shop.Metric("shop_pool_waiting_callers{pool=\"writes\"}") == 0
                && await Shop.Metric("npgsql_pool_connections{pool=\"writes\",state=\"used\"}") == 0,
            "the pool to be idle");

        async Task<long> Order() => (await Shop.Orders.Order(user, product)).Json.GetProperty("order").GetProperty("id").GetInt64();

        Task<Answer> Cancel(long order) => Shop.Orders.Send(HttpMethod.Put, $"/orders/{order}/status", """{"status": "cancelled"}""");
    }
}
