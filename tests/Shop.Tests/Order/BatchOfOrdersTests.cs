using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Orders that leave together are judged each by itself.</summary>
public sealed class BatchOfOrdersTests(Layout layout) : ShopTests(layout)
{
    int user, plug;

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, options: Patient);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [SetUp]
    public async Task PutThingsThere()
    {
        user = await User();
        plug = await Product(stock: 1000);
    }

    Task<Gathering> Gather() => Gathering.Begin(Database, Shop, Layout.Orders.Role, user, plug);

    [Test]
    public async Task O8_A_hopeless_order_takes_nothing_from_those_behind_it()
    {
        var product = await Product(stock: 10);
        await using var gathering = await Gather();
        var batches = await Shop.Metric("shop_batch_size_count{batch=\"place_order\"}");
        var sent = new List<Gathering.Pending>();
        foreach (var quantity in new[] { 4, 1_000_000, 5, 2, 1 })
        {
            sent.Add(await gathering.Add(user, product, quantity));
        }

        await gathering.Go();
        var answers = await Task.WhenAll(sent.Select(call => call.Answer));

        Assert.That(answers.Select(answer => (int)answer.Status), Is.EqualTo(new[] { 201, 409, 201, 409, 201 }));
        Assert.That(answers[1].Json.GetProperty("available").GetInt32(), Is.EqualTo(6));
        Assert.That(answers[3].Json.GetProperty("available").GetInt32(), Is.EqualTo(1));
        Assert.That(await StockOf(product), Is.Zero);
        Assert.That(await Shop.Metric("shop_batch_size_count{batch=\"place_order\"}"), Is.EqualTo(batches + 1), "they left as one batch");
    }

    [Test]
    public async Task A_poisoned_order_does_not_fail_its_neighbours()
    {
        var product = await Product(stock: 1000);
        await Database.Run("alter table orders.orders add constraint poison check (quantity <> 666)");
        try
        {
            await using var gathering = await Gather();
            var before = await gathering.Add(user, product, quantity: 1);
            var poisoned = await gathering.Add(user, product, quantity: 666);
            var behind = await gathering.Add(user, product, quantity: 2);
            await gathering.Go();

            Assert.That((int)(await before.Answer).Status, Is.EqualTo(201));
            Assert.That((int)(await behind.Answer).Status, Is.EqualTo(201));
            Assert.That((int)(await poisoned.Answer).Status, Is.EqualTo(500));
            Assert.That((await poisoned.Answer).Text, Does.Not.Contain("poison").And.Not.Contain("xception"));
        }
        finally
        {
            await Database.Run("alter table orders.orders drop constraint poison");
        }

        Assert.That(await StockOf(product), Is.EqualTo(1000 - 3));
    }

    [Test]
    public async Task O10_The_same_key_twice_at_the_same_moment_places_one_order()
    {
        var product = await Product(stock: 10);
        await using var gathering = await Gather();
        var first = await gathering.Add(user, product, quantity: 2, key: "twin");
        var second = await gathering.Add(user, product, quantity: 2, key: "twin");
        var other = await gathering.Add(user, product, quantity: 3, key: "twin");
        await gathering.Go();

        var placed = await first.Answer;
        var replayed = await second.Answer;
        Assert.That((int)placed.Status, Is.EqualTo(201), placed.ToString());
        Assert.That(placed.Headers.Contains("Idempotent-Replayed"), Is.False);
        Assert.That((int)replayed.Status, Is.EqualTo(201), replayed.ToString());
        Assert.That(replayed.Headers.GetValues("Idempotent-Replayed"), Is.EqualTo(new[] { "true" }));
        Assert.That(replayed.Json.GetProperty("order").GetRawText(), Is.EqualTo(placed.Json.GetProperty("order").GetRawText()));
        Assert.That((await other.Answer).Code, Is.EqualTo("idempotency_key_reused"));
        Assert.That(await StockOf(product), Is.EqualTo(8));
    }

    [Test]
    public async Task A_deadlock_is_run_again()
    {
        var (low, high) = (await Product(stock: 10), await Product(stock: 10));
        var deadlocks = await Deadlocks();
        await using var gathering = await Gather();
        var orders = new[] { await gathering.Add(user, low), await gathering.Add(user, high) };
        await using (var other = await HeldRow.Product(Database, high))
        {
            // The other side does not look for a deadlock, so that it is ours that PostgreSQL breaks, after a second; and it gives up before
            // there can be another.
            await other.Also("set local deadlock_timeout = '60s'");
            await other.Also("set local statement_timeout = '1500ms'");
            await gathering.Go();
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the batch to hold one product and wait for the other");
            await other.Try($"select from products.products where id = {low} for no key update");
        }

        foreach (var order in orders)
        {
            Assert.That((int)(await order.Answer).Status, Is.EqualTo(201), (await order.Answer).ToString());
        }

        // The server publishes its statistics with some delay.
        await Wait.Until(async () => await Deadlocks() > deadlocks, "PostgreSQL to count the deadlock");
    }

    Task<int> Deadlocks() => Database.Value<int>("select deadlocks from pg_stat_database where datname = current_database()");

    [Test]
    public async Task O8_An_order_is_judged_by_what_the_one_before_it_left()
    {
        var product = await Product(stock: 5);
        Task<Answer> order;
        await using (var before = await HeldRow.Product(Database, product))
        {
            await before.Also($"update products.products set stock = 1 where id = {product}");
            order = Shop.Orders.Order(user, product, quantity: 3);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the order to wait for its turn");
            await before.Commit();
        }

        Assert.That((await order).Code, Is.EqualTo("insufficient_stock"), (await order).ToString());
        Assert.That((await order).Json.GetProperty("available").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_call_whose_key_another_host_has_just_placed_is_a_replay()
    {
        var product = await Product(stock: 0);
        await using var gathering = await Gather();
        var late = await gathering.Add(user, product, key: "elsewhere");
        await using (var elsewhere = await HeldRow.Product(Database, product))
        {
            // Our batch looks for its keys, finds none, and waits for the product, whose last unit goes to the very same order meanwhile.
            await gathering.Go();
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the batch to wait for the product");
            await Database.Run(
                $"""
                insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
                values ({user}, 'someone', {product}, 'Thing', 1, 1, 1, 'elsewhere')
                """);
        }

        var answer = await late.Answer;
        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Headers.Contains("Idempotent-Replayed"), Is.True);
    }
}
