using NUnit.Framework;

namespace Shop.Tests.Product;

/// <summary><c>GET /products/{id}</c></summary>
public sealed class GetProductTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members = ["id", "name", "price", "stock", "created_at"];

    [Test]
    public async Task P2_Answers_with_the_product_asked_for()
    {
        await Product(stock: 1, price: "1.50", name: "Other");
        var id = await Product(stock: 5, price: "19.90", name: "Lamp");

        var answer = await Shop.Products.Get($"/products/{id}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "product" }));
        var product = answer.Json.GetProperty("product");
        Assert.That(product.EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
        Assert.That(product.GetProperty("id").GetInt32(), Is.EqualTo(id));
        Assert.That(product.GetProperty("name").GetString(), Is.EqualTo("Lamp"));
        Assert.That(product.GetProperty("price").GetRawText(), Is.EqualTo("19.90"));
        Assert.That(product.GetProperty("stock").GetInt32(), Is.EqualTo(5));
    }

    [Test]
    public async Task P2_Shows_the_stock_that_is_left_at_this_moment()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        Assert.That(await StockOf(product), Is.EqualTo(5));

        await Shop.Orders.Order(user, product, quantity: 2);

        Assert.That(await StockOf(product), Is.EqualTo(3));
    }

    [Test]
    public async Task P2_Knows_no_product_that_is_not_there()
    {
        var id = await Product(stock: 5);

        (await Shop.Products.Get($"/products/{id + 1}")).MustBe("product_not_found");
    }
}
