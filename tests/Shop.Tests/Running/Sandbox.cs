using System.Collections.Concurrent;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Running;

/// <summary>
/// A PostgreSQL server and the shops that run on it. One fixture at a time has it, so fixtures that run side by side do not see each other's
/// rows, locks and sessions. It starts when the first fixture needs it and is kept for the next ones.
/// </summary>
public sealed class Sandbox : IAsyncDisposable
{
    // By layout, so that few shops run: each takes memory and, also when idle, one to two percent of a processor.
    static readonly ConcurrentDictionary<string, ConcurrentBag<Sandbox>> Idle = new();

    readonly string kind;
    readonly Dictionary<int, RunningShop> shops = [];

    Sandbox(string kind, PostgresServer database) => (this.kind, Database) = (kind, database);

    /// <summary>The server.</summary>
    public PostgresServer Database { get; }

    /// <summary>Takes a sandbox that no other fixture has.</summary>
    /// <param name="kind">The fixture's layout, or another word for fixtures without one.</param>
    public static async Task<Sandbox> Rent(string kind) =>
        IdleOf(kind).TryTake(out var idle) ? idle : new(kind, await PostgresServer.Start());

    /// <summary>Gives the sandbox to the next fixture. Shops with several order hosts stop, because few fixtures need them.</summary>
    public async Task Return()
    {
        foreach (var orderHosts in shops.Keys.Where(orderHosts => orderHosts > 1).ToArray())
        {
            shops.Remove(orderHosts, out var shop);
            await shop!.DisposeAsync();
        }

        IdleOf(kind).Add(this);
    }

    /// <summary>Returns a shop that is kept for the next tests. The caller leaves it as it was.</summary>
    public async Task<RunningShop> Shop(Layout layout, int orderHosts = 1)
    {
        if (!shops.TryGetValue(orderHosts, out var shop))
        {
            shop = await StartShop(layout, orderHosts);
            shops.Add(orderHosts, shop);
        }

        return shop;
    }

    /// <summary>Starts a shop for one test, which may break it.</summary>
    /// <param name="layout">The hosts.</param>
    /// <param name="orderHosts">Number of order hosts.</param>
    /// <param name="options">Server settings of every session, as PostgreSQL's <c>-c name=value</c>, instead of those of the role.</param>
    /// <param name="settings">Settings of every host.</param>
    public Task<RunningShop> StartShop(
        Layout layout, int orderHosts = 1, string options = "", params (string Key, string Value)[] settings) =>
        Start(layout, new()
        {
            OrderHosts = orderHosts,
            Settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value),
            ConnectionString = connectionString => $"{connectionString};Options={options}",
        });

    /// <summary>Starts a shop that reaches the server through a proxy. The driver's timeouts are off, so that they do not replace missing ones of ours.</summary>
    public Task<RunningShop> StartShopBehind(PostgresProxy proxy, Layout layout) => Start(layout, new()
    {
        ConnectionString = connectionString =>
            $"{connectionString};Port={proxy.Port};Timeout=0;Command Timeout=0;Cancellation Timeout=0",
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var shop in shops.Values)
        {
            await shop.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    internal static async Task StopAll()
    {
        await Task.WhenAll(Idle.Values.SelectMany(idle => idle).Select(sandbox => sandbox.DisposeAsync().AsTask()));
        Idle.Clear();
    }

    static ConcurrentBag<Sandbox> IdleOf(string kind) => Idle.GetOrAdd(kind, _ => []);

    /// <summary>Starts a shop each of whose responses is checked against the OpenAPI document of its host.</summary>
    async Task<RunningShop> Start(Layout layout, ShopOptions options)
    {
        var shop = await RunningShop.Start(
            layout, Database, options with { Handler = (host, handler) => new CheckedResponses(host, handler) });
        await InterfaceDocument.Hold(shop.Products, layout.Products);
        await InterfaceDocument.Hold(shop.Users, layout.Users);
        foreach (var orders in shop.EveryOrders)
        {
            await InterfaceDocument.Hold(orders, layout.Orders);
        }

        return shop;
    }
}
