using NUnit.Framework;

namespace Shop.Tests.Product;

/// <summary><c>GET /products</c></summary>
public sealed class ListProductsTests(Layout layout) : ShopTests(layout)
{
    static readonly (string Name, string Price, int Stock)[] Shelf =
    [
        ("Laptop", "999.99", 50), ("Wireless Mouse", "29.99", 0), ("Mechanical Keyboard", "79.99", 150), ("100% Cotton", "0.00", 0),
        ("snake_case", "99999999.99", 1), (@"back\slash", "30.00", 2), ("ÉCLAIR", "29.99", 3), ("Stra\u00dfe", "1.00", 4), ("漢字カード", "5.50", 5), ("'; delete --", "2.00", 6),
    ];

    [SetUp]
    public async Task FillShelf()
    {
        foreach (var (name, price, stock) in Shelf)
        {
            await Product(stock, price, name.Replace(@"\", @"\\", StringComparison.Ordinal));
        }
    }

    [Test]
    public async Task P1_Shows_each_product_as_reading_it_alone_does()
    {
        var answer = await Shop.Products.Get("/products");

        foreach (var product in answer.Json.GetProperty("products").EnumerateArray())
        {
            var alone = await Shop.Products.Get($"/products/{product.GetProperty("id").GetInt32()}");
            Assert.That(product.GetRawText(), Is.EqualTo(alone.Json.GetProperty("product").GetRawText()));
        }
    }

    [TestCase("q=lap", "Laptop")]
    [TestCase("q=LAPTOP", "Laptop")]
    [TestCase("q=o", "Laptop|Wireless Mouse|Mechanical Keyboard|100% Cotton")]
    [TestCase("q=less+mo", "Wireless Mouse")]
    [TestCase("q=less%20mo", "Wireless Mouse")]
    [TestCase("q=%20%09mouse%C2%A0", "Wireless Mouse", Description = "White space around is trimmed")]
    [TestCase("q=nothing like that", "")]
    [TestCase("q=%25", "100% Cotton", Description = "Ordinary characters: percent, underscore, backslash")]
    [TestCase("q=_", "snake_case")]
    [TestCase("q=%5C", @"back\slash")]
    [TestCase("q=0%25 c", "100% Cotton")]
    [TestCase("q=p%25p", "")]
    [TestCase("q=l_ptop", "")]
    [TestCase("q=%C3%A9clair", "ÉCLAIR", Description = "Any case, beyond ASCII too")]
    [TestCase("q=STRA%C3%9Fe", "Straße")]
    [TestCase("q=%E6%BC%A2%E5%AD%97", "漢字カード")]
    [TestCase("q='; delete --", "'; delete --")]
    [TestCase("in_stock=false", "Wireless Mouse|100% Cotton")]
    [TestCase("in_stock=true&q=a", @"Laptop|Mechanical Keyboard|snake_case|back\slash|ÉCLAIR|Straße")]
    [TestCase("min_price=29.99&max_price=29.99", "Wireless Mouse|ÉCLAIR", Description = "Bounds are inclusive")]
    [TestCase("max_price=0", "100% Cotton")]
    [TestCase("min_price=99999999.99", "snake_case")]
    [TestCase("min_price=30&max_price=80.0", @"Mechanical Keyboard|back\slash")]
    [TestCase("min_price=80&max_price=70", "", Description = "Bounds that leave nothing between them")]
    [TestCase("q=&in_stock=&min_price=&max_price=&after=&limit=3", "Laptop|Wireless Mouse|Mechanical Keyboard", Description = "Empty is absent")]
    [TestCase("q=o&in_stock=true&min_price=50&max_price=100", "Mechanical Keyboard")]
    public async Task P1_C9_Shows_what_is_asked_for(string query, string names) => Assert.That(await Names($"/products?{query}"), Is.EqualTo(Split(names)));

    [TestCase("in_stock=yes", "in_stock")]
    [TestCase("in_stock=1", "in_stock")]
    [TestCase("in_stock=TRUE", "in_stock")]
    [TestCase("in_stock=true&in_stock=true", "in_stock")]
    [TestCase("min_price=cheap", "min_price")]
    [TestCase("min_price=-1", "min_price")]
    [TestCase("min_price=1e1", "min_price")]
    [TestCase("min_price=1.001", "min_price")]
    [TestCase("min_price=1,5", "min_price")]
    [TestCase("max_price=100000000", "max_price")]
    [TestCase("max_price=%2B5", "max_price")]
    [TestCase("max_price=1&max_price=2", "max_price")]
    [TestCase("q=a&q=b", "q")]
    [TestCase("q=%00", "q")]
    [TestCase("q=a%00b", "q")]
    [TestCase("q=%ff", "q")]
    [TestCase("q=%ed%a0%80", "q", Description = "Half a surrogate pair")]
    [TestCase("q=%c0%af", "q")]
    [TestCase("q=%zz", "q")]
    [TestCase("q=%", "q")]
    [TestCase("q=50%", "q")]
    public async Task C9_What_is_malformed_is_a_fault_under_its_name(string query, string member) =>
        (await Shop.Products.Raw($"GET /products?{query}", [])).MustFault(member);

    [Test]
    public async Task C9_E3_All_faults_of_a_query_are_named_at_once() =>
        (await Shop.Products.Get("/products?q=%00&in_stock=x&min_price=x&max_price=x&limit=x&after=x"))
            .MustFault(["q", "in_stock", "min_price", "max_price", "limit", "after"]);

    [Test]
    public async Task L2_The_next_page_is_of_the_same_search()
    {
        var names = new List<string>();
        for (var path = "/products?q=%6f&limit=1&min_price=%30"; path is not null;)
        {
            var answer = await Shop.Products.Get(path);
            names.AddRange(NamesIn(answer));
            path = answer.Json.GetProperty("next").GetString();
        }

        Assert.That(names, Is.EqualTo(Split("Laptop|Wireless Mouse|Mechanical Keyboard|100% Cotton")));
    }

    [TestCase("%25")]
    [TestCase("%26")]
    [TestCase("%2B")]
    [TestCase("%23")]
    [TestCase("%3D")]
    [TestCase("%20%20")]
    [TestCase("%22%3C%3E")]
    [TestCase("%C3%A9")]
    [TestCase("%F0%9F%98%80")]
    public async Task L2_The_next_page_keeps_what_is_searched_for_to_the_letter(string q)
    {
        var text = Uri.UnescapeDataString(q);
        await Database.Empty();
        for (var i = 0; i < 3; i++)
        {
            await Product(stock: 1, name: $"a{text.Replace("\"", "\\\"", StringComparison.Ordinal)}b{i}");
        }

        await Product(stock: 1, name: "other");

        var first = await Shop.Products.Get($"/products?limit=2&q=a{q}b");
        var second = await Shop.Products.Get(first.Json.GetProperty("next").GetString()!);

        Assert.That(NamesIn(first).Concat(NamesIn(second)), Is.EqualTo(new[] { $"a{text}b0", $"a{text}b1", $"a{text}b2" }));
        Assert.That(second.Json.GetProperty("next").GetString(), Is.Null);
    }

    static string[] Split(string names) => names.Split('|', StringSplitOptions.RemoveEmptyEntries);

    async Task<string[]> Names(string path) => NamesIn(await Shop.Products.Get(path));

    static string[] NamesIn(Answer answer)
    {
        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        return [.. answer.Json.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("name").GetString()!)];
    }
}
