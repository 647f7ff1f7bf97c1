using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Order;

/// <summary><c>GET /orders</c></summary>
public sealed class ListOrdersTests(Layout layout) : ShopTests(layout)
{
    [TestCase("", "4,3,2,1")]
    [TestCase("user_id=1", "3,2,1")]
    [TestCase("user_id=1.0", "3,2,1")]
    [TestCase("product_id=1", "4,2,1")]
    [TestCase("user_id=1&product_id=1", "2,1")]
    [TestCase("status=shipped", "2")]
    [TestCase("user_id=2&status=shipped", "")]
    [TestCase("user_id=&product_id=&status=&limit=&after=", "4,3,2,1")]
    [TestCase("user_id=3", "")]
    [TestCase("user_id=2147483647", "")]
    public async Task O2_Finds_what_is_asked_for(string query, string ids)
    {
        var (ann, bob) = (await User(), await User());
        var (lamp, mouse) = (await Product(stock: 9), await Product(stock: 9));
        foreach (var (user, product) in new[] { (ann, lamp), (ann, lamp), (ann, mouse), (bob, lamp) })
        {
            await Shop.Orders.Order(user, product);
        }

        await Shop.Orders.PutStatus(2, "shipped");

        var answer = await Shop.Orders.Get($"/orders?{query}");

        var found = answer.Json.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").GetInt64());
        Assert.That(string.Join(",", found), Is.EqualTo(ids), answer.ToString());
    }

    [TestCase("user_id", "abc")]
    [TestCase("user_id", "0")]
    [TestCase("user_id", "-1")]
    [TestCase("user_id", "1.5")]
    [TestCase("product_id", "99999999999")]
    [TestCase("product_id", "1&product_id=1")]
    [TestCase("status", "banana")]
    [TestCase("status", "Pending")]
    public async Task C6_C9_Refuses_what_is_malformed(string parameter, string value) =>
        (await Shop.Orders.Get($"/orders?{parameter}={value}")).MustFault(parameter);

    [Test]
    public async Task L3_Orders_that_are_placed_meanwhile_neither_hide_nor_repeat_those_that_were_there()
    {
        await using var shop = await RunningShop.Start(Layout, orderHosts: 2);
        var (user, product) = (await User(), await Product(stock: 1_000_000));
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => shop.EveryOrders[i % 2].Order(user, product)));
        var there = await Sql.Value<long[]>("select array_agg(id) from orders.orders");
        using var stop = new CancellationTokenSource();
        var buyers = Enumerable.Range(0, 8).Select(async i =>
        {
            while (!stop.IsCancellationRequested)
            {
                await shop.EveryOrders[i % 2].Order(user, product);
            }
        }).ToArray();

        foreach (var filter in new[] { "", $"&user_id={user}", $"&product_id={product}", "&status=pending" })
        {
            var seen = new List<long>();
            for (var path = $"/orders?limit=7{filter}"; path is not null;)
            {
                var answer = await shop.EveryOrders[seen.Count % 2].Get(path);
                seen.AddRange(answer.Json.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").GetInt64()));
                path = answer.Json.GetProperty("next").GetString();
            }

            Assert.That(seen, Is.Unique.And.Ordered.Descending, filter);
            Assert.That(there!.Except(seen), Is.Empty, filter);
        }

        await stop.CancelAsync();
        await Task.WhenAll(buyers);
    }
}
