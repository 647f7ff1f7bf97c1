using System.Collections.Concurrent;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Running;

/// <summary>
/// A PostgreSQL server and the shops that run on it. One fixture at a time has it, so fixtures that run side by side do not see each other's
/// rows, locks and sessions. It starts when the first fixture needs it and is kept for the next ones.
/// </summary>
public sealed class Sandbox : IAsyncDisposable
{
    static readonly ConcurrentBag<Sandbox> Idle = [];

    readonly ConcurrentDictionary<(Layout, int), Task<RunningShop>> shops = new();

    Sandbox(PostgresServer database) => Database = database;

    /// <summary>The server.</summary>
    public PostgresServer Database { get; }

    /// <summary>Takes a sandbox that no other fixture has.</summary>
    public static async Task<Sandbox> Rent() => Idle.TryTake(out var idle) ? idle : new(await PostgresServer.Start());

    /// <summary>Gives the sandbox to the next fixture.</summary>
    public void Return() => Idle.Add(this);

    /// <summary>Returns a shop that is kept for the next fixtures. The caller leaves it as it was.</summary>
    public Task<RunningShop> Shop(Layout layout, int orderHosts = 1) =>
        shops.GetOrAdd((layout, orderHosts), _ => StartShop(layout, orderHosts));

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
            await (await shop).DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    internal static async Task StopAll()
    {
        while (Idle.TryTake(out var sandbox))
        {
            await sandbox.DisposeAsync();
        }
    }

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

/// <summary>Stops all sandboxes after the last test.</summary>
[SetUpFixture]
public sealed class Sandboxes
{
    /// <summary>Stops them.</summary>
    [OneTimeTearDown]
    public Task StopAll() => Sandbox.StopAll();
}
