using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>What someone else holds stops the orders that need it, and no others of the same batch.</summary>
public sealed class HeldLockTests(Layout layout) : ShopTests(layout)
{
    // Long enough to gather a batch behind a lock on a slow machine, and short enough to await.
    const string Options = "-c lock_timeout=4s -c statement_timeout=20s -c idle_in_transaction_session_timeout=20s";

    int user, plug, product;

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, options: Options);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [SetUp]
    public async Task PutThingsThere()
    {
        user = await User();
        plug = await Product(stock: 1000);
        product = await Product(stock: 1000);
    }

    [Test]
    public async Task Orders_of_a_held_product_are_overloaded_and_those_of_others_placed()
    {
        var heldProduct = await Product(stock: 10);
        await GoWhile(HeldRow.Product(Database, heldProduct), stuck: gathering => gathering.Add(user, heldProduct));
        Assert.That(await StockOf(heldProduct), Is.EqualTo(10));
        Assert.That((int)(await Shop.Orders.Order(user, heldProduct)).Status, Is.EqualTo(201), "once it is let go");
    }

    [Test]
    public async Task Orders_of_a_held_user_are_overloaded_and_those_of_others_placed()
    {
        var heldUser = await User();
        await GoWhile(HeldRow.User(Database, heldUser), stuck: gathering => gathering.Add(heldUser, product));
        Assert.That((int)(await Shop.Orders.Order(heldUser, product)).Status, Is.EqualTo(201), "once it is let go");
    }

    [Test]
    public async Task Orders_of_a_held_key_are_overloaded_and_those_of_others_placed()
    {
        await GoWhile(HeldRow.Key(Database, "held", user, product), stuck: gathering => gathering.Add(user, product, key: "held"));
        Assert.That((int)(await Shop.Orders.Order(user, product, key: "held")).Status, Is.EqualTo(201), "once it is let go");
    }

    async Task GoWhile(Task<HeldRow> hold, Func<Gathering, Task<Gathering.Pending>> stuck)
    {
        await using var held = await hold;
        await using var gathering = await Gathering.Begin(Database, Shop, Layout.Orders.Role, user, plug);
        var before = await gathering.Add(user, product);
        var between = await stuck(gathering);
        var behind = await gathering.Add(user, product);
        await gathering.Go();

        var refused = await between.Answer;
        Assert.That((int)(await before.Answer).Status, Is.EqualTo(201), (await before.Answer).ToString());
        Assert.That((int)(await behind.Answer).Status, Is.EqualTo(201), (await behind.Answer).ToString());
        Assert.That((int)refused.Status, Is.EqualTo(503), refused.ToString());
        Assert.That(refused.Code, Is.EqualTo("overloaded"));
        Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
        Assert.That(await StockOf(product), Is.EqualTo(1000 - 2));
    }
}
