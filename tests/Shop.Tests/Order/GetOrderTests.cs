using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary><c>GET /orders/{id}</c></summary>
public sealed class GetOrderTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members =
    [
        "id", "user_id", "username", "product_id", "product_name", "quantity", "unit_price", "total_price", "status", "created_at", "updated_at",
    ];

    [Test]
    public async Task O3_Answers_with_the_order_asked_for_as_it_was_placed()
    {
        var (user, product) = (await User("ann"), await Product(stock: 100, price: "19.90", name: "Lamp"));
        await Shop.Orders.Order(user, product, quantity: 1);
        var placed = await Shop.Orders.Order(user, product, quantity: 3);

        var answer = await Shop.Orders.Get(placed.Headers.Location!.OriginalString);

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "order" }));
        Assert.That(answer.Json.GetProperty("order").EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
        Assert.That(answer.Json.GetProperty("order").GetRawText(), Is.EqualTo(placed.Json.GetProperty("order").GetRawText()));
    }

    [Test]
    public async Task O1_Names_and_price_are_as_they_were_when_the_order_was_placed()
    {
        var (user, product) = (await User("ann"), await Product(stock: 100, price: "19.90", name: "Lamp"));
        var placed = await Shop.Orders.Order(user, product, quantity: 3, key: "key");
        await Database.Run("update users.users set username = 'anna'; update products.products set name = 'Light', price = 1.00, stock = 1");

        var read = await Shop.Orders.Get(placed.Headers.Location!.OriginalString);
        var replayed = await Shop.Orders.Order(user, product, quantity: 3, key: "key");
        var next = await Shop.Orders.Order(user, product, quantity: 1);

        foreach (var answer in new[] { read, replayed })
        {
            Assert.That(answer.Json.GetProperty("order").GetRawText(), Is.EqualTo(placed.Json.GetProperty("order").GetRawText()));
        }

        var order = next.Json.GetProperty("order");
        Assert.That(order.GetProperty("username").GetString(), Is.EqualTo("anna"));
        Assert.That(order.GetProperty("product_name").GetString(), Is.EqualTo("Light"));
        Assert.That(order.GetProperty("unit_price").GetRawText(), Is.EqualTo("1.00"));
    }

    [Test]
    public async Task O3_Knows_no_order_that_is_not_there()
    {
        await Furnish();

        (await Shop.Orders.Get("/orders/2")).MustBe("order_not_found");
    }
}
