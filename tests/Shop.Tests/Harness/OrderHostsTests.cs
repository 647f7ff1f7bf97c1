using NUnit.Framework;

namespace Shop.Tests.Harness;

/// <summary>Two order hosts behind one address.</summary>
public sealed class OrderHostsTests : DatabaseTests
{
    [Test]
    public async Task Orders_reach_both_hosts_and_after_the_death_of_one_the_other()
    {
        await Database.Empty();
        await using var shop = await RunningShop.Start(Layout.Split, Database, new() { OrderHosts = 2, RoundRobin = true });
        await shop.Users.Post("/users", """{"username": "ann", "email": "ann@example.com"}""");
        await shop.Products.Post("/products", """{"name": "Lamp", "price": 19.90, "stock": 1000}""");

        await Wait.Until(
            async () =>
            {
                Assert.That((int)(await shop.Orders.Order(user: 1, product: 1)).Status, Is.EqualTo(201));
                var pages = await Task.WhenAll(shop.EveryOrders.Select(host => host.GetStringAsync("/metrics")));
                return pages.All(page => page.Contains(
                    "http_requests_received_total{module=\"order\",route=\"/orders\",method=\"POST\",code=\"201\"}", StringComparison.Ordinal));
            },
            "each host to place an order");

        shop.OrderHosts[0].Send(Signal.Kill);
        var inARow = 0;
        await Wait.Until(
            async () =>
            {
                inARow = (int)(await shop.Orders.Order(user: 1, product: 1)).Status == 201 ? inARow + 1 : 0;
                return inARow == 10;
            },
            "10 orders in a row to be placed");
    }
}
