using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>More orders than may wait.</summary>
public sealed class FullQueueTests(Layout layout) : ShopTests(layout)
{
    protected override Task<RunningShop> OpenShop() =>
        Sandbox.StartShop(Layout, orderHosts: 1, Patient, ("Batches__MaxWaiting", "3"), ("Batches__MaxSize", "2"));

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task C12_One_too_many_is_overloaded_at_once_and_the_others_are_placed()
    {
        var user = await User();
        var product = await Product(stock: 100);
        await using var gathering = await Gathering.Begin(Database, Shop, Layout.Orders.Role, user, await Product(stock: 1));
        var waiting = new[]
        {
            await gathering.Add(user, product), await gathering.Add(user, product), await gathering.Add(user, product),
        };

        // Answered although nothing moves: the batch ahead still waits for the product.
        var refused = await Shop.Orders.Order(user, product);

        Assert.That((int)refused.Status, Is.EqualTo(503));
        Assert.That(refused.Code, Is.EqualTo("overloaded"));
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        await gathering.Go();
        foreach (var order in waiting)
        {
            Assert.That((int)(await order.Answer).Status, Is.EqualTo(201));
        }

        Assert.That((int)(await Shop.Orders.Order(user, product)).Status, Is.EqualTo(201), "there is room again");
        Assert.That(await StockOf(product), Is.EqualTo(100 - 4));
        Assert.That(await Shop.Metric("shop_batch_refused_total{batch=\"place_order\"}"), Is.EqualTo(1));
        Assert.That(await Shop.Metric("shop_orders_total{outcome=\"overloaded\"}"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_order_whose_client_goes_away_while_it_waits_is_not_placed_and_counts_as_abandoned()
    {
        var user = await User();
        var product = await Product(stock: 100);
        await using var gathering = await Gathering.Begin(Database, Shop, Layout.Orders.Role, user, await Product(stock: 1));
        using var leaving = new CancellationTokenSource();
        var abandoned = Shop.Orders.Order(user, product, cancelled: leaving.Token);
        await Wait.Until(async () => await Shop.Metric("shop_batch_waiting_calls{batch=\"place_order\"}") == 1, "the order to wait");

        await leaving.CancelAsync();

        Assert.That(() => abandoned, Throws.InstanceOf<OperationCanceledException>());
        await Wait.Until(async () => await Shop.Metric("shop_orders_total{outcome=\"abandoned\"}") == 1, "it to be counted");
        await gathering.Go();
        Assert.That(await StockOf(product), Is.EqualTo(100));
    }
}
