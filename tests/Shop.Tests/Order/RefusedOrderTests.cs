using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Orders that are not placed, one at a time.</summary>
public sealed class RefusedOrderTests(Layout layout) : ShopTests(layout)
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(999_999)]
    [TestCase(1_000_000)]
    public async Task O6_A_quantity_just_inside_its_bounds_is_taken(int quantity)
    {
        var (user, product) = (await User(), await Product(stock: 1_000_000, price: "99999999.99"));

        var answer = await Shop.Orders.Order(user, product, quantity);

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("order").GetProperty("total_price").GetDecimal(), Is.EqualTo(99_999_999.99m * quantity));
        Assert.That(await StockOf(product), Is.EqualTo(1_000_000 - quantity));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("1000001")]
    [TestCase("0.5")]
    [TestCase("1.5")]
    [TestCase("999999.5")]
    public async Task O6_A_quantity_just_outside_its_bounds_is_a_fault(string quantity)
    {
        var (user, product) = (await User(), await Product(stock: 2_000_000));

        var answer = await Shop.Orders.Post("/orders", $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": {{quantity}}}""");

        answer.MustFault("quantity");
        await NothingHappened(product, stock: 2_000_000);
    }

    [Test]
    public async Task O7_An_order_of_an_unknown_user_is_not_placed()
    {
        var product = await Product(stock: 5);

        (await Shop.Orders.Order(user: 4711, product)).MustBe("user_not_found");

        await NothingHappened(product, stock: 5);
    }

    [Test]
    public async Task O7_An_order_of_an_unknown_product_is_not_placed()
    {
        var (user, product) = (await User(), await Product(stock: 5));

        (await Shop.Orders.Order(user, product + 1)).MustBe("product_not_found");

        await NothingHappened(product, stock: 5);
    }

    [Test]
    public async Task O8_Where_both_are_unknown_the_user_is_reported()
    {
        (await Shop.Orders.Order(user: 4711, product: 4711)).MustBe("user_not_found");
    }

    [Test]
    public async Task O7_An_order_of_more_than_is_there_is_not_placed()
    {
        var (user, product) = (await User(), await Product(stock: 5));

        (await Shop.Orders.Order(user, product, quantity: 6)).MustBe("insufficient_stock");

        await NothingHappened(product, stock: 5);
    }

    [Test]
    public async Task O7_The_last_unit_is_sold_once()
    {
        var (user, product) = (await User(), await Product(stock: 1));

        var sold = await Shop.Orders.Order(user, product);
        var refused = await Shop.Orders.Order(user, product);

        Assert.That((int)sold.Status, Is.EqualTo(201), sold.ToString());
        refused.MustBe("insufficient_stock");
        Assert.That(refused.Json.GetProperty("available").GetInt32(), Is.Zero);
        Assert.That(await StockOf(product), Is.Zero);
    }

    [Test]
    public async Task O8_An_order_gets_its_units_however_hopeless_the_one_before_it_was()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        (int Quantity, int Available)[] refusals = [(1_000_000, 5), (6, 5)];
        foreach (var (quantity, available) in refusals)
        {
            var refused = await Shop.Orders.Order(user, product, quantity);
            refused.MustBe("insufficient_stock");
            Assert.That(refused.Json.GetProperty("available").GetInt32(), Is.EqualTo(available));
        }

        Assert.That((int)(await Shop.Orders.Order(user, product, quantity: 3)).Status, Is.EqualTo(201));
        var tooMany = await Shop.Orders.Order(user, product, quantity: 3);
        tooMany.MustBe("insufficient_stock");
        Assert.That(tooMany.Json.GetProperty("available").GetInt32(), Is.EqualTo(2));
        Assert.That((int)(await Shop.Orders.Order(user, product, quantity: 2)).Status, Is.EqualTo(201));
    }

    async Task NothingHappened(int product, int stock)
    {
        Assert.That(await StockOf(product), Is.EqualTo(stock));
        Assert.That(await Database.Value<int>("select count(*) from orders.orders"), Is.Zero);
    }
}
