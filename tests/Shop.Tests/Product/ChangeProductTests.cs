using NUnit.Framework;

namespace Shop.Tests.Product;

/// <summary><c>PUT</c> and <c>DELETE /products/{id}</c></summary>
public sealed class ChangeProductTests(Layout layout) : ShopTests(layout)
{
    [TestCase("""{"stock": 0}""")]
    [TestCase("""{"stock": 2147483647}""")]
    [TestCase("""{"price": 0.00}""")]
    [TestCase("""{"price": 99999999.99}""")]
    public async Task P6_What_is_just_inside_a_bound_is_taken(string body)
    {
        var product = await Product(stock: 5);

        var answer = await Shop.Products.Send(HttpMethod.Put, $"/products/{product}", body);

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Text, Does.Contain(body[1..^1].Replace(" ", "", StringComparison.Ordinal)));
    }

    [TestCase("""{"stock": -1}""", "stock")]
    [TestCase("""{"stock": 2147483648}""", "stock")]
    [TestCase("""{"price": -0.01}""", "price")]
    [TestCase("""{"price": 100000000}""", "price")]
    [TestCase("""{"price": 0.001}""", "price")]
    [TestCase("""{"name": ""}""", "name")]
    public async Task P6_What_is_just_outside_is_a_fault(string body, string member)
    {
        var product = await Product(stock: 5);

        (await Shop.Products.Send(HttpMethod.Put, $"/products/{product}", body)).MustFault(member);
    }

    [Test]
    public async Task O1_An_order_keeps_the_name_and_the_price_of_its_moment()
    {
        await Furnish();
        var before = (await Shop.Orders.Get("/orders/1")).Text;

        await Shop.Products.Send(HttpMethod.Put, "/products/1", """{"name": "Other", "price": 1}""");
        await Shop.Users.Send(HttpMethod.Put, "/users/1", """{"username": "other"}""");

        Assert.That((await Shop.Orders.Get("/orders/1")).Text, Is.EqualTo(before));
        var next = (await Shop.Orders.Order(1, 1, quantity: 3)).Json.GetProperty("order");
        Assert.That(
            (next.GetProperty("username").GetString(), next.GetProperty("product_name").GetString(), next.GetProperty("total_price").GetRawText()),
            Is.EqualTo(("other", "Other", "3.00")));
    }

    [Test]
    public async Task P5_A_deleted_product_is_gone()
    {
        var product = await Product(stock: 5);

        var answer = await Shop.Products.Send(HttpMethod.Delete, $"/products/{product}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Text, Is.EqualTo("""{"message":"Product deleted"}"""));
        (await Shop.Products.Get($"/products/{product}")).MustBe("product_not_found");
        (await Shop.Products.Send(HttpMethod.Delete, $"/products/{product}")).MustBe("product_not_found");
        (await Shop.Products.Send(HttpMethod.Put, $"/products/{product}", """{"stock": 1}""")).MustBe("product_not_found");
        (await Shop.Orders.Order(await User(), product)).MustBe("product_not_found");
    }

    [TestCase("pending")]
    [TestCase("shipped")]
    [TestCase("completed")]
    [TestCase("cancelled")]
    public async Task P5_A_product_with_an_order_stays_whatever_the_orders_state(string status)
    {
        await Furnish();
        await Database.Run($"update orders.orders set status = '{status}'");
        var before = await Shop.Products.Get("/products/1");

        (await Shop.Products.Send(HttpMethod.Delete, "/products/1")).MustBe("product_in_use");

        var after = await Shop.Products.Get("/products/1");
        Assert.That((after.Text, after.Headers.ETag), Is.EqualTo((before.Text, before.Headers.ETag)));
    }

    [Test]
    public async Task P5_A_product_that_is_ordered_and_deleted_at_the_same_moment_is_one_of_both()
    {
        var user = await User();
        for (var round = 0; round < 20; round++)
        {
            var product = await Product(stock: 100);

            var orders = Enumerable.Range(0, 8).Select(_ => Shop.Orders.Order(user, product)).ToArray();
            var deletion = await Shop.Products.Send(HttpMethod.Delete, $"/products/{product}");
            var placed = (await Task.WhenAll(orders)).Where(order => (int)order.Status == 201).ToArray();

            if ((int)deletion.Status == 200)
            {
                Assert.That(placed, Is.Empty);
            }
            else
            {
                deletion.MustBe("product_in_use");
                Assert.That(placed, Is.Not.Empty);
                Assert.That(await StockOf(product), Is.EqualTo(100 - placed.Length));
            }
        }
    }

    [Test]
    public async Task P4_Stock_that_is_set_while_orders_are_placed_is_what_they_take_from()
    {
        var (user, product) = (await User(), await Product(stock: 1_000));
        var orders = Enumerable.Range(0, 200).Select(_ => Shop.Orders.Order(user, product)).ToArray();

        var set = await Shop.Products.Send(HttpMethod.Put, $"/products/{product}", """{"stock": 500}""");

        Assert.That((int)set.Status, Is.EqualTo(200), set.ToString());
        Assert.That((await Task.WhenAll(orders)).Select(order => (int)order.Status), Has.All.EqualTo(201));
        Assert.That(await StockOf(product), Is.InRange(300, 500), "those placed before the change took from what was there before");
    }

    [Test]
    public async Task C12_A_product_that_somebody_holds_is_overloaded_after_a_second_and_nothing_is_changed()
    {
        var product = await Product(stock: 5);
        await using (await HeldRow.Product(Database, product))
        {
            (await Shop.Products.Send(HttpMethod.Put, $"/products/{product}", """{"stock": 1}""")).MustBe("overloaded");
            (await Shop.Products.Send(HttpMethod.Delete, $"/products/{product}")).MustBe("overloaded");
        }

        Assert.That(await StockOf(product), Is.EqualTo(5));
    }
}
