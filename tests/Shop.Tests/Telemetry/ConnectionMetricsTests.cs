using NUnit.Framework;

namespace Shop.Tests.Telemetry;

/// <summary>The metrics of a connection pool that is exhausted: each host has one connection.</summary>
public sealed class ConnectionMetricsTests(Layout layout) : ShopTests(layout)
{
    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, options: $"{Patient};Maximum Pool Size=1;Timeout=2");

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task H4_Connections_in_use_callers_that_wait_and_callers_that_time_out_are_shown()
    {
        // Not through the hosts, where even this could time out.
        await Database.Run("insert into users.users (username, email) values ('ann', 'ann@example.com')");
        await Database.Run("insert into products.products (name, price, stock) values ('Lamp', 19.90, 10)");
        var timeouts = await Shop.Metric("npgsql_pool_timeouts_total");
        Task<Answer> order;
        await using (var held = await HeldRow.Product(Database, 1))
        {
            await held.Also("set local idle_in_transaction_session_timeout = '60s'");
            order = Shop.Orders.Order(user: 1, product: 1);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the order to wait for the product");
            Assert.That(await Shop.Metric("npgsql_pool_max_connections"), Is.EqualTo(1));
            Assert.That(await Shop.Metric("npgsql_pool_connections{state=\"used\"}"), Is.EqualTo(1));
            Assert.That(await Shop.Metric("npgsql_pool_connections{state=\"idle\"}"), Is.Zero);
            Assert.That(await Shop.Metric("npgsql_commands_executing"), Is.EqualTo(1));

            var list = Shop.Orders.Get("/orders");
            await Wait.Until(async () => await Shop.Metric("npgsql_pool_waiting_requests") > 0, "a caller to wait");
            (await list).MustBe("overloaded");
            Assert.That(await Shop.Metric("npgsql_pool_timeouts_total"), Is.GreaterThan(timeouts));
        }

        Assert.That((int)(await order).Status, Is.EqualTo(201), (await order).ToString());
        await Wait.Until(
            async () => await Shop.Metric("npgsql_pool_waiting_requests") == 0
                && await Shop.Metric("npgsql_commands_executing") == 0
                && await Shop.Metric("npgsql_pool_connections{state=\"idle\"}") == 1,
            "the pool to be idle");
    }
}
