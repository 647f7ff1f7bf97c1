using System.Collections.Concurrent;
using System.Diagnostics;
using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Connections that die at random moments, and at the commit.</summary>
public sealed class KilledConnectionsTests(Layout layout) : ShopTests(layout)
{
    const int Clients = 48;
    const int UnansweredCommits = 20;
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    readonly ConcurrentDictionary<string, byte> keysPlaced = new();
    readonly ConcurrentBag<long> placedWithoutKey = [];
    int[] products = [];
    int user;

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, orderHosts: 2);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [SetUp]
    public async Task PutThingsThere()
    {
        user = await User();
        products = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Product(stock: 1_000_000)));
    }

    [Test]
    public async Task O7_No_order_is_lost_and_none_is_placed_twice()
    {
        using var enough = new CancellationTokenSource();
        var buyers = Enumerable.Range(0, Clients).Select(client => Task.Run(() => Buy(client, enough.Token)));
        var killers = new[] { KillAtRandom, KillAtTheCommit }.Select(kill => Task.Run(() => kill(enough.Token)));
        var all = Task.WhenAll(buyers.Concat(killers));
        double committed, aborted;
        try
        {
            (committed, aborted) = await SeeUnansweredCommits();
        }
        finally
        {
            await enough.CancelAsync();
            await all;
        }

        TestContext.Out.WriteLine(
            $"{keysPlaced.Count + placedWithoutKey.Count} orders; unanswered commits: {committed} committed, {aborted} aborted");
        Assert.That(await Shop.Metric("shop_unanswered_commits_total{outcome=\"unknown\"}"), Is.Zero, "the server was always there to be asked");
        Assert.That(
            await Database.Value<int>("select count(*) from orders.orders where idempotency_key is not null"), Is.EqualTo(keysPlaced.Count));
        Assert.That(await Database.Value<int>("select count(distinct idempotency_key) from orders.orders"), Is.EqualTo(keysPlaced.Count));
        Assert.That(
            await Database.Value<int>("select count(*) from orders.orders where idempotency_key is null"), Is.EqualTo(placedWithoutKey.Count));
        Assert.That(placedWithoutKey.Distinct().Count(), Is.EqualTo(placedWithoutKey.Count));
        foreach (var product in products)
        {
            Assert.That(await StockOf(product), Is.EqualTo(1_000_000 - await Database.Ordered(product)));
        }
    }

    /// <summary>Orders until told to stop, with and without a key; one with a key is asked for until it is there.</summary>
    async Task Buy(int client, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var product = products[(client + i) % products.Length];
            var orders = Shop.EveryOrders[(client + i) % 2];
            if (i % 2 == 0)
            {
                var key = $"{client}-{i}";
                while ((int)(await orders.Order(user, product, key: key, cancelled: CancellationToken.None)).Status != 201)
                {
                }

                keysPlaced.TryAdd(key, 0);
            }
            else if (await orders.Order(user, product, cancelled: CancellationToken.None) is { } answer && (int)answer.Status == 201)
            {
                placedWithoutKey.Add(answer.Json.GetProperty("order").GetProperty("id").GetInt64());
            }
        }
    }

    async Task KillAtRandom(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            // One at a time and with pauses: where all die at once, none gets as far as the commit.
            await Database.Run("select pg_sleep(random() * 0.02)");
            await Terminate("true order by random() limit 1");
        }
    }

    /// <summary>
    /// Has commits wait for a standby that never comes, and ends those that wait. They have committed by then, and are not answered
    /// (PostgreSQL manual, section 27.2.8.3).
    /// </summary>
    async Task KillAtTheCommit(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await Database.Run("alter system set synchronous_standby_names = 'nobody'");
            await Database.Run("select pg_reload_conf()");
            // Once it is enough, there may be no further commit.
            await Wait.Until(
                async () => await Terminate("wait_event = 'SyncRep'") > 0 || enough.IsCancellationRequested, "a commit to wait");
            await Database.Run("alter system reset synchronous_standby_names");
            await Database.Run("select pg_reload_conf()");
            await Database.Run("select pg_sleep(random() * 0.2)");
        }
    }

    Task<int> Terminate(string which) => Database.Value<int>(
        $"""
        select count(pg_terminate_backend(pid))
        from (select pid from pg_stat_activity where usename = '{Layout.Orders.Role}' and {which}) as session
        """);

    async Task<(double Committed, double Aborted)> SeeUnansweredCommits()
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var committed = await Shop.Metric("shop_unanswered_commits_total{outcome=\"committed\"}");
            var aborted = await Shop.Metric("shop_unanswered_commits_total{outcome=\"aborted\"}");
            if (committed + aborted >= UnansweredCommits && committed > 0 && aborted > 0)
            {
                return (committed, aborted);
            }

            Assert.That(
                Stopwatch.GetElapsedTime(began), Is.LessThan(Bound), $"only {committed} committed and {aborted} aborted among the unanswered commits");
        }
    }
}
