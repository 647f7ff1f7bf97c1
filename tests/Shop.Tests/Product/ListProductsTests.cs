using System.Globalization;
using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Product;

/// <summary><c>GET /products</c></summary>
public sealed class ListProductsTests(Layout layout) : ShopTests(layout)
{
    [Test]
    public async Task P1_Shows_products_as_they_are_shown_alone()
    {
        var id = await Product(stock: 5, price: "19.90", name: "Lamp");

        var alone = (await Shop.Products.Get($"/products/{id}")).Json.GetProperty("product").GetRawText();

        Assert.That((await Shop.Products.Get("/products")).Text, Is.EqualTo($$"""{"count":1,"products":[{{alone}}],"next":null}"""));
    }

    [TestCase("q=lamp", "Lamp,Red lamp")]
    [TestCase("q=%20LAMP%20", "Lamp,Red lamp")]
    [TestCase("q=d%20l", "Red lamp")]
    [TestCase("q=d+l", "Red lamp")]
    [TestCase("q=%C3%89C", "École")]
    [TestCase("q=%C3%A9col", "École")]
    [TestCase("q=%25", "100% wool")]
    [TestCase("q=%", "100% wool")]
    [TestCase("q=0%25%20woo", "100% wool")]
    [TestCase("q=_", "a_b\\c")]
    [TestCase("q=%5C", "a_b\\c")]
    [TestCase("q=amp_", "")]
    [TestCase("q=lamp%25", "")]
    [TestCase("q=%27", "")]
    [TestCase("q=", "Lamp,Red lamp,École,100% wool,a_b\\c")]
    [TestCase("q=%20", "Lamp,Red lamp,École,100% wool,a_b\\c")]
    [TestCase("in_stock=true", "Lamp,École,a_b\\c")]
    [TestCase("in_stock=false", "Red lamp,100% wool")]
    [TestCase("min_price=2", "Red lamp,École,100% wool,a_b\\c")]
    [TestCase("min_price=2.00&max_price=3.0", "Red lamp,École")]
    [TestCase("max_price=1e0", "Lamp")]
    [TestCase("min_price=3&max_price=2", "")]
    [TestCase("q=lamp&in_stock=true&min_price=1&max_price=1", "Lamp")]
    public async Task P1_C9_Finds_what_is_asked_for(string query, string names)
    {
        string[] all = ["Lamp", "Red lamp", "École", "100% wool", "a_b\\\\c"];
        foreach (var (i, name) in all.Index())
        {
            await Product(stock: (i + 1) % 2, price: (i + 1).ToString(CultureInfo.InvariantCulture), name: name);
        }

        var answer = await Shop.Products.Get($"/products?{query}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        var found = answer.Json.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("name").GetString());
        Assert.That(string.Join(",", found), Is.EqualTo(names));
    }

    [TestCase("q", "%00")]
    [TestCase("q", "a%FFb")]
    [TestCase("q", "%ED%A0%80")]
    [TestCase("q", "a&q=a")]
    [TestCase("in_stock", "1")]
    [TestCase("in_stock", "TRUE")]
    [TestCase("min_price", "abc")]
    [TestCase("min_price", "1.001")]
    [TestCase("max_price", "-1")]
    [TestCase("max_price", "1&max_price=1")]
    public async Task C9_Refuses_what_is_malformed(string parameter, string value) =>
        (await Shop.Products.Get($"/products?{parameter}={value}")).MustFault(parameter);

    [Test]
    public async Task C8_A_search_is_at_most_255_characters_long()
    {
        Assert.That((int)(await Shop.Products.Get($"/products?q={string.Concat(Enumerable.Repeat("%F0%9F%92%A1", 255))}")).Status, Is.EqualTo(200));
        (await Shop.Products.Get($"/products?q={new string('a', 256)}")).MustFault("q");
    }

    [Test]
    public async Task L2_Next_carries_the_filters_on()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await Product(stock: 1, price: "5", name: "50% & é+#");
        }

        var seen = 0;
        for (var path = "/products?q=50%25%20%26%20%C3%A9%2B%23&in_stock=true&min_price=5.00&limit=1"; path is not null; seen++)
        {
            var answer = await Shop.Products.Get(path);
            Assert.That(answer.Json.GetProperty("count").GetInt32(), Is.EqualTo(1), path);
            path = answer.Json.GetProperty("next").GetString();
            Assert.That(path, Is.Null.Or.StartsWith("/products?").And.Contain("min_price=5.00").And.Contain("in_stock=true"));
        }

        Assert.That(seen, Is.EqualTo(3));
    }

    [Test]
    public async Task P1_Pages_through_a_search_of_every_density()
    {
        await Sql.Run(
            """
            insert into products.products (name, price, stock)
            select 'Thing ' || case when i % 7 = 0 then 'seven' when i between 900 and 930 then 'heap' else 'other' end, 1, 1
            from generate_series(1, 2000) as i
            """);
        foreach (var (word, count) in new[] { ("seven", 285), ("HEAP", 27), ("thing", 2000), ("nothing", 0), ("ng", 2000) })
        {
            var seen = new List<int>();
            for (var path = $"/products?q={word}&limit=50"; path is not null;)
            {
                var answer = await Shop.Products.Get(path);
                seen.AddRange(answer.Json.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("id").GetInt32()));
                path = answer.Json.GetProperty("next").GetString();
            }

            Assert.That(seen, Has.Count.EqualTo(count).And.Ordered.And.Unique, word);
        }
    }

    [Test]
    public async Task C12_A_search_that_takes_too_long_is_an_overload()
    {
        await Sql.Run("insert into products.products (name, price, stock) select repeat('x', 200), 1, 1 from generate_series(1, 100000)");
        await using var shop = await RunningShop.Start(Layout, options: "-c statement_timeout=10ms");

        (await shop.Products.Get("/products?q=zz")).MustBe("overloaded");
    }
}
