using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary><c>GET /orders</c></summary>
public sealed class ListOrdersTests(Layout layout) : ShopTests(layout)
{
    [SetUp]
    public async Task PlaceOrders()
    {
        for (var i = 1; i <= 2; i++)
        {
            await User();
            await Product(stock: 100);
        }

        foreach (var (user, product, status) in new[] { (1, 1, "pending"), (1, 2, "shipped"), (2, 1, "cancelled"), (2, 2, "pending"), (1, 1, "shipped") })
        {
            var order = (await Shop.Orders.Order(user, product)).Json.GetProperty("order").GetProperty("id").GetInt64();
            Assert.That((int)(await Shop.Orders.PutStatus(order, status)).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task O2_Shows_each_order_as_reading_it_alone_does()
    {
        var answer = await Shop.Orders.Get("/orders");

        foreach (var order in answer.Json.GetProperty("orders").EnumerateArray())
        {
            var alone = await Shop.Orders.Get($"/orders/{order.GetProperty("id").GetInt64()}");
            Assert.That(order.GetRawText(), Is.EqualTo(alone.Json.GetProperty("order").GetRawText()));
        }
    }

    [TestCase("", "5 4 3 2 1", Description = "The newest first")]
    [TestCase("user_id=1", "5 2 1")]
    [TestCase("product_id=2", "4 2")]
    [TestCase("user_id=1&product_id=1", "5 1")]
    [TestCase("status=shipped", "5 2")]
    [TestCase("status=completed", "")]
    [TestCase("user_id=2&status=pending", "4")]
    [TestCase("product_id=1&status=cancelled", "3")]
    [TestCase("user_id=4711", "", Description = "Nobody has ordered nothing")]
    [TestCase("product_id=2147483647", "")]
    [TestCase("user_id=&product_id=&status=&limit=2", "5 4", Description = "Empty is absent")]
    public async Task O2_C9_Shows_what_is_asked_for(string query, string ids)
    {
        var answer = await Shop.Orders.Get($"/orders?{query}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(string.Join(' ', answer.Json.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").GetInt64())), Is.EqualTo(ids));
    }

    [TestCase("user_id")]
    [TestCase("product_id")]
    public async Task C6_C9_An_id_that_cannot_be_one_is_a_fault_under_its_name(string member)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var id in new[] { "0", "-1", "1.5", "1.0", "1e0", "abc", "2147483648", "99999999999", "1&" + member + "=1", "%00", "%ff", "1%20", "null" })
            {
                (await Shop.Orders.Get($"/orders?{member}={id}")).MustFault(member, id);
            }
        }
    }

    [TestCase("banana")]
    [TestCase("Pending")]
    [TestCase("pending,shipped")]
    [TestCase("pending&status=pending")]
    [TestCase("%00")]
    public async Task C9_O14_A_word_that_is_no_state_is_a_fault(string status) => (await Shop.Orders.Get($"/orders?status={status}")).MustFault("status");

    [Test]
    public async Task L2_The_next_page_is_of_the_same_search()
    {
        var ids = new List<long>();
        for (var path = "/orders?status=shipped&user_id=1&limit=1"; path is not null;)
        {
            var answer = await Shop.Orders.Get(path);
            ids.AddRange(answer.Json.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").GetInt64()));
            path = answer.Json.GetProperty("next").GetString();
        }

        Assert.That(ids, Is.EqualTo(new[] { 5L, 2L }));
    }
}
