using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>A host that is stopped by the system (SIGSTOP) in the middle of a batch.</summary>
public sealed class StoppedHostTests(Layout layout) : ShopTests(layout)
{
    // A stopped session keeps its locks until the server ends it: here after 15 seconds, not 5, to see what happens meanwhile.
    const string Options = "-c lock_timeout=2s -c idle_in_transaction_session_timeout=15s";

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, orderHosts: 2, Options);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task A_host_stopped_while_it_holds_a_product_does_not_stop_the_orders_of_others()
    {
        var user = await User();
        var (held, free) = (await Product(stock: 10), await Product(stock: 100));
        var stopped = Shop.OrderHosts[1];
        Task<Answer> interrupted;
        await using (await HeldRow.Key(Database, "stop-here", user, free))
        {
            // It has locked the product, and waits for the key, when it is stopped; it keeps the product after it got the key.
            interrupted = Shop.EveryOrders[1].Order(user, held, key: "stop-here");
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the batch to wait for the key");
            stopped.Send(Signal.Stop);
        }

        var stuck = Enumerable.Range(0, 5).Select(_ => Shop.Orders.Order(user, held)).ToArray();
        var others = Enumerable.Range(0, 50).Select(_ => Shop.Orders.Order(user, free)).ToArray();
        Assert.That((await Task.WhenAll(others)).Select(answer => (int)answer.Status), Has.All.EqualTo(201));
        Assert.That((await Task.WhenAll(stuck)).Select(answer => answer.Code), Has.All.EqualTo("overloaded"));

        await Wait.Until(
            async () => (int)(await Shop.Orders.Order(user, held)).Status == 201, "the server to end the stopped session and free the product");
        stopped.Send(Signal.Continue);
        Assert.That((int)(await interrupted).Status, Is.EqualTo(201), "its batch was undone by the server, and is run again");
        Assert.That(await StockOf(held), Is.EqualTo(10 - await Database.Ordered(held)).And.EqualTo(10 - 2));
    }
}
