using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary><c>PUT /orders/{id}/status</c></summary>
public sealed class ChangeStatusTests(Layout layout) : ShopTests(layout)
{
    static readonly Dictionary<string, string[]> Steps = new()
    {
        ["pending"] = ["shipped", "cancelled"],
        ["shipped"] = ["completed"],
        ["completed"] = [],
        ["cancelled"] = [],
    };

    // How an order comes into each state.
    static readonly Dictionary<string, string[]> Ways = new()
    {
        ["pending"] = [],
        ["shipped"] = ["shipped"],
        ["completed"] = ["shipped", "completed"],
        ["cancelled"] = ["cancelled"],
    };

    static IEnumerable<object[]> EveryStep => from origin in Steps.Keys from target in Steps.Keys select new object[] { origin, target };

    [TestCaseSource(nameof(EveryStep))]
    public async Task O14_O15_A_step_is_taken_is_none_or_is_refused(string origin, string target)
    {
        var order = await OrderIn(origin);
        var before = (await Shop.Orders.Get($"/orders/{order}")).Json.GetProperty("order");

        var answer = await Shop.Orders.PutStatus(order, target);

        var after = (await Shop.Orders.Get($"/orders/{order}")).Json.GetProperty("order");
        if (origin == target)
        {
            Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(after.GetRawText(), Is.EqualTo(before.GetRawText()), "nothing changes, not even updated_at");
        }
        else if (Steps[origin].Contains(target))
        {
            Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo("Order status updated"));
            Assert.That(answer.Json.GetProperty("order").GetRawText(), Is.EqualTo(after.GetRawText()));
            Assert.That(after.GetProperty("status").GetString(), Is.EqualTo(target));
            Assert.That(after.GetProperty("updated_at").GetString(), Is.GreaterThanOrEqualTo(before.GetProperty("updated_at").GetString()!));
        }
        else
        {
            Assert.That(answer.Code, Is.EqualTo("illegal_transition"), answer.ToString());
            Assert.That((int)answer.Status, Is.EqualTo(409));
            Assert.That(answer.Json.GetProperty("allowed").EnumerateArray().Select(state => state.GetString()), Is.EqualTo(Steps[origin]));
            Assert.That(after.GetRawText(), Is.EqualTo(before.GetRawText()));
        }
    }

    [Test]
    public async Task O16_Of_many_cancels_and_ships_at_the_same_moment_one_wins_and_stock_is_put_back_at_most_once()
    {
        var shop = await Sandbox.Shop(Layout, orderHosts: 3);
        var user = await User();
        for (var round = 0; round < 10; round++)
        {
            var product = await Product(stock: 10);
            var order = IdOf(await shop.Orders.Order(user, product, quantity: 4));

            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
                i % 5 == 4 ? shop.EveryOrders[i % 3].Order(user, product) : shop.EveryOrders[i % 3].PutStatus(order, i % 2 == 0 ? "cancelled" : "shipped")));

            var status = (await shop.Orders.Get($"/orders/{order}")).Json.GetProperty("order").GetProperty("status").GetString();
            Assert.That(status, Is.EqualTo("cancelled").Or.EqualTo("shipped"));
            Assert.That(
                answers.Where(answer => answer.Text.Contains("status updated", StringComparison.Ordinal))
                    .Select(answer => answer.Json.GetProperty("order").GetProperty("status").GetString()),
                Has.All.EqualTo(status));
            Assert.That(answers.Select(answer => (int)answer.Status), Has.All.AnyOf(200, 201, 409));
            var kept = await Database.Value<int>(
                "select coalesce(sum(quantity), 0) from orders.orders where product_id = @product and status <> 'cancelled'", new { product });
            Assert.That(await StockOf(product), Is.EqualTo(10 - kept));
        }
    }

    [Test]
    public async Task O5_A_cancel_that_would_exceed_the_largest_stock_is_refused_and_changes_nothing()
    {
        var product = await Product(stock: 5);
        var order = IdOf(await Shop.Orders.Order(await User(), product, quantity: 2));
        await Database.Run($"update products.products set stock = {int.MaxValue - 1} where id = {product}");
        var before = await Shop.Orders.Get($"/orders/{order}");

        var answer = await Shop.Orders.PutStatus(order, "cancelled");

        Assert.That(answer.Code, Is.EqualTo("stock_overflow"), answer.ToString());
        Assert.That((int)answer.Status, Is.EqualTo(409));
        Assert.That((await Shop.Orders.Get($"/orders/{order}")).Text, Is.EqualTo(before.Text));
        Assert.That(await StockOf(product), Is.EqualTo(int.MaxValue - 1));

        await Database.Run($"update products.products set stock = {int.MaxValue - 2} where id = {product}");
        Assert.That((int)(await Shop.Orders.PutStatus(order, "cancelled")).Status, Is.EqualTo(200), "the largest stock itself is allowed");
        Assert.That(await StockOf(product), Is.EqualTo(int.MaxValue));
    }

    [TestCase("banana")]
    [TestCase("Shipped")]
    [TestCase("")]
    public async Task O14_A_word_that_is_no_state_is_a_fault_under_its_name(string word)
    {
        var answer = await Shop.Orders.PutStatus(await OrderIn("pending"), word);
        Assert.That(answer.Code, Is.EqualTo("validation_failed"), answer.ToString());
        Assert.That(answer.Faults, Is.EqualTo(new[] { "status" }));
    }

    [Test]
    public async Task O5_An_unknown_order_is_not_found()
    {
        var answer = await Shop.Orders.PutStatus(4711, "shipped");
        Assert.That(answer.Code, Is.EqualTo("order_not_found"), answer.ToString());
    }

    async Task<long> OrderIn(string status)
    {
        var order = IdOf(await Shop.Orders.Order(await User(), await Product(stock: 5)));
        foreach (var step in Ways[status])
        {
            Assert.That((int)(await Shop.Orders.PutStatus(order, step)).Status, Is.EqualTo(200));
        }

        return order;
    }

    static long IdOf(Answer placed) => placed.Json.GetProperty("order").GetProperty("id").GetInt64();
}
