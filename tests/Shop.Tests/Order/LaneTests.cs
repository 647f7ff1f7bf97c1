using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Orders of a product or user that somebody else keeps locked, and those of others meanwhile.</summary>
public sealed class LaneTests(Layout layout) : ShopTests(layout)
{
    const string Options = "-c lock_timeout=4s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s";

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, options: Options);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task O8_After_a_time_out_orders_of_a_locked_product_delay_no_others_and_are_placed_when_it_is_free()
    {
        var (user, locked, product) = (await User(), await Product(stock: 10), await Product(stock: 10));
        await Go(HeldRow.Product(Database, locked), stuck: () => Shop.Orders.Order(user, locked), other: () => Shop.Orders.Order(user, product));
        Assert.That(await StockOf(locked), Is.EqualTo(10 - 2));
    }

    [Test]
    public async Task O8_After_a_time_out_orders_of_a_locked_user_delay_no_others_and_are_placed_when_it_is_free()
    {
        var (user, locked, product) = (await User(), await User(), await Product(stock: 10));
        await Go(HeldRow.User(Database, locked), stuck: () => Shop.Orders.Order(locked, product), other: () => Shop.Orders.Order(user, product));
    }

    [Test]
    public async Task A_locked_user_who_orders_a_locked_product_is_refused_and_served_when_both_are_free()
    {
        var (user, product) = (await User(), await Product(stock: 10));
        await using (await HeldRow.Product(Database, product))
        await using (await HeldRow.User(Database, user))
        {
            (await Shop.Orders.Order(user, product)).MustBe("overloaded");
            (await Shop.Orders.Order(user, product)).MustBe("overloaded");
            (await Shop.Orders.Order(await User(), product)).MustBe("overloaded");
            Assert.That((int)(await Shop.Orders.Order(await User(), await Product(stock: 1))).Status, Is.EqualTo(201));
        }

        Assert.That((int)(await Shop.Orders.Order(user, product)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_client_that_goes_away_takes_its_order_out_of_the_lane()
    {
        var (user, locked) = (await User(), await Product(stock: 10));
        await using (await HeldRow.Product(Database, locked))
        {
            (await Shop.Orders.Order(user, locked)).MustBe("overloaded");
            var waiting = Shop.Orders.Order(user, locked);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "an order to wait for the product");
            using var gone = new CancellationTokenSource();
            var left = Shop.Orders.Order(user, locked, cancelled: gone.Token);
            await Wait.Until(async () => await Shop.Metric("shop_batch_waiting_calls{batch=\"place_order_locked\"}") == 1, "an order to wait in the lane");
            await gone.CancelAsync();
            Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
            await Wait.Until(async () => await Shop.Metric("shop_batch_waiting_calls{batch=\"place_order_locked\"}") == 0, "the order to leave the lane");
            await waiting;
        }

        Assert.That(await StockOf(locked), Is.EqualTo(10));
    }

    /// <summary>Places an order that times out, and then others while one waits for the lock.</summary>
    async Task Go(Task<HeldRow> hold, Func<Task<Answer>> stuck, Func<Task<Answer>> other)
    {
        Task<Answer> waiting;
        await using (await hold)
        {
            (await stuck()).MustBe("overloaded");
            waiting = stuck();
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "an order to wait for the lock");
            for (var i = 0; i < 3; i++)
            {
                Assert.That((int)(await other()).Status, Is.EqualTo(201));
            }

            Assert.That(waiting.IsCompleted, Is.False, "the others did not wait with it");
        }

        Assert.That((int)(await waiting).Status, Is.EqualTo(201), (await waiting).ToString());
        Assert.That((int)(await stuck()).Status, Is.EqualTo(201));
        Assert.That((int)(await other()).Status, Is.EqualTo(201));
    }
}
