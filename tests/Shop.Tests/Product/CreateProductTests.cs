using NUnit.Framework;

namespace Shop.Tests.Product;

/// <summary><c>POST /products</c></summary>
public sealed class CreateProductTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members = ["id", "name", "price", "stock", "created_at"];

    [Test]
    public async Task P3_Creates_a_product_and_says_where_it_is()
    {
        var answer = await Create(name: "Lamp", price: "19.9", stock: "5");

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "message", "product" }));
        Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo("Product created"));
        var product = answer.Json.GetProperty("product");
        Assert.That(product.EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
        Assert.That(product.GetProperty("name").GetString(), Is.EqualTo("Lamp"));
        Assert.That(product.GetProperty("price").GetRawText(), Is.EqualTo("19.90"));
        Assert.That(product.GetProperty("stock").GetRawText(), Is.EqualTo("5"));
        Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo($"/products/{product.GetProperty("id").GetInt32()}"));
    }

    [Test]
    public async Task P3_The_location_answers_with_the_product_created()
    {
        var created = await Create();

        var read = await Shop.Products.Get(created.Headers.Location!.OriginalString);

        Assert.That(read.Json.GetProperty("product").GetRawText(), Is.EqualTo(created.Json.GetProperty("product").GetRawText()));
    }

    [Test]
    public async Task P3_Two_products_may_be_alike()
    {
        var (first, second) = (await Create(), await Create());

        Assert.That((int)second.Status, Is.EqualTo(201), second.ToString());
        Assert.That(second.Headers.Location, Is.Not.EqualTo(first.Headers.Location));
    }

    [TestCase("name", "x")]
    [TestCase("price", "0")]
    [TestCase("price", "0.00")]
    [TestCase("price", "0.01")]
    [TestCase("price", "99999999.99")]
    [TestCase("stock", "0")]
    [TestCase("stock", "1")]
    [TestCase("stock", "2147483647")]
    public async Task P6_What_is_just_inside_a_bound_is_taken(string member, string value)
    {
        var answer = member switch
        {
            "name" => await Create(name: value),
            "price" => await Create(price: value),
            _ => await Create(stock: value),
        };

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("product").GetProperty(member).ToString(), Does.StartWith(value));
    }

    [Test]
    public async Task P6_A_name_is_of_255_characters_at_most()
    {
        var longest = new string('x', 255);

        Assert.That((await Create(name: longest)).Json.GetProperty("product").GetProperty("name").GetString(), Is.EqualTo(longest));
        (await Create(name: longest + "x")).MustFault("name");
        (await Create(name: "")).MustFault("name");
    }

    [TestCase("-0.01")]
    [TestCase("100000000.00")]
    [TestCase("99999999.991")]
    [TestCase("0.001")]
    public async Task P6_A_price_just_outside_its_bounds_is_a_fault(string price) => (await Create(price: price)).MustFault("price");

    [TestCase("-1")]
    [TestCase("2147483648")]
    [TestCase("0.5")]
    public async Task P6_A_stock_just_outside_its_bounds_is_a_fault(string stock) => (await Create(stock: stock)).MustFault("stock");

    [Test]
    public async Task P3_What_is_refused_is_not_created()
    {
        (await Create(price: "-1")).MustFault("price");

        Assert.That(await Database.Value<int>("select count(*) from products.products"), Is.Zero);
    }

    Task<Answer> Create(string name = "Lamp", string price = "1", string stock = "1") =>
        Shop.Products.Post("/products", $$"""{"name": "{{name}}", "price": {{price}}, "stock": {{stock}}}""");
}
