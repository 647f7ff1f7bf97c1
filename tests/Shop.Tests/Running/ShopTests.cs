using NUnit.Framework;

namespace Shop.Tests.Running;

/// <summary>Tests over HTTP, run once on each layout, each beginning with an empty database.</summary>
[TestFixtureSource(typeof(Layout), nameof(Layout.Every))]
public abstract class ShopTests(Layout layout) : DatabaseTests
{
    protected Layout Layout => layout;

    protected override string Kind => layout.Name;

    /// <summary>The shop that these tests share.</summary>
    protected RunningShop Shop { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task FindShop() => Shop = await OpenShop();

    /// <summary>Finds the shop that these tests share; one that is to be broken is started, and stopped, by the fixture itself.</summary>
    protected virtual Task<RunningShop> OpenShop() => Sandbox.Shop(layout);

    [SetUp]
    public Task EmptyDatabase() => Database.Empty();

    /// <summary>Puts a user there.</summary>
    /// <returns>Its id.</returns>
    protected Task<int> User(string? name = null)
    {
        name ??= $"user_{Guid.NewGuid():N}";
        return Create(Shop.Users, "user", $$"""{"username": "{{name}}", "email": "{{name}}@example.com"}""");
    }

    /// <summary>Puts a product there.</summary>
    /// <returns>Its id.</returns>
    protected Task<int> Product(int stock, string price = "9.99", string name = "Thing") =>
        Create(Shop.Products, "product", $$"""{"name": "{{name}}", "price": {{price}}, "stock": {{stock}}}""");

    /// <summary>
    /// Puts the user 1, the product 1 and the order 1 there, and a user 2 and a product 2 that nobody needs, so that every
    /// <see cref="Operation"/> succeeds.
    /// </summary>
    protected async Task Furnish()
    {
        await User("furnished");
        await Product(stock: 1_000_000);
        var answer = await Shop.Orders.Order(user: 1, product: 1);
        Assert.That(answer.Json.GetProperty("order").GetProperty("id").GetInt64(), Is.EqualTo(1));
        Assert.That(await User("unneeded"), Is.EqualTo(2));
        Assert.That(await Product(stock: 0), Is.EqualTo(2));
    }

    /// <summary>The units of a product that are left.</summary>
    protected async Task<int> StockOf(int product) =>
        (await Shop.Products.Get($"/products/{product}")).Json.GetProperty("product").GetProperty("stock").GetInt32();

    static async Task<int> Create(HttpClient client, string kind, string body)
    {
        var answer = await client.Post($"/{kind}s", body);
        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        return answer.Json.GetProperty(kind).GetProperty("id").GetInt32();
    }
}
