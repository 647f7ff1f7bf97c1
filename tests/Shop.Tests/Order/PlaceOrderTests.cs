using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary><c>POST /orders</c>, one at a time.</summary>
public sealed class PlaceOrderTests(Layout layout) : ShopTests(layout)
{
    [Test]
    public async Task O4_O7_Places_an_order_prices_it_and_takes_the_stock()
    {
        var user = await User("ann");
        var product = await Product(stock: 5, price: "19.90", name: "Lamp");

        var answer = await Shop.Orders.Order(user, product, quantity: 3);

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo("Order created"));
        var order = answer.Json.GetProperty("order");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo($"/orders/{order.GetProperty("id").GetInt64()}"));
            Assert.That(order.GetProperty("user_id").GetInt32(), Is.EqualTo(user));
            Assert.That(order.GetProperty("username").GetString(), Is.EqualTo("ann"));
            Assert.That(order.GetProperty("product_id").GetInt32(), Is.EqualTo(product));
            Assert.That(order.GetProperty("product_name").GetString(), Is.EqualTo("Lamp"));
            Assert.That(order.GetProperty("quantity").GetInt32(), Is.EqualTo(3));
            Assert.That(order.GetProperty("unit_price").GetRawText(), Is.EqualTo("19.90"));
            Assert.That(order.GetProperty("total_price").GetRawText(), Is.EqualTo("59.70"));
            Assert.That(order.GetProperty("status").GetString(), Is.EqualTo("pending"));
            Assert.That(order.GetProperty("created_at").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
            Assert.That(order.GetProperty("updated_at").GetString(), Is.EqualTo(order.GetProperty("created_at").GetString()));
        });
        Assert.That(await StockOf(product), Is.EqualTo(2));
    }
}
