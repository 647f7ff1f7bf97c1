using System.Collections.Concurrent;
using System.Globalization;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Running;

/// <summary>The hosts of a layout, running on the test database, and a client for each module.</summary>
public sealed class RunningShop : IAsyncDisposable
{
    static readonly ConcurrentDictionary<(Layout, int), Task<RunningShop>> Shared = new();

    readonly HostProcess[] hosts;

    RunningShop(HostProcess[] hosts, HostProcess[] orderHosts, HttpClient products, HttpClient[] orders, HttpClient users)
    {
        this.hosts = hosts;
        OrderHosts = orderHosts;
        (Products, EveryOrders, Users) = (products, orders, users);
    }

    public HttpClient Products { get; }

    public HttpClient Users { get; }

    /// <summary>The first host that takes orders.</summary>
    public HttpClient Orders => EveryOrders[0];

    /// <summary>Each host that takes orders.</summary>
    public IReadOnlyList<HttpClient> EveryOrders { get; }

    /// <summary>The processes behind <see cref="EveryOrders"/>.</summary>
    public IReadOnlyList<HostProcess> OrderHosts { get; }

    /// <summary>Every process of the shop.</summary>
    public IReadOnlyList<HostProcess> Hosts => hosts;

    /// <summary>A shop that is kept for the tests that come after; it must be left as it was found.</summary>
    public static Task<RunningShop> Of(Layout layout, int orderHosts = 1) =>
        Shared.GetOrAdd((layout, orderHosts), _ => Start(layout, orderHosts));

    /// <summary>A shop of one's own, to be broken.</summary>
    /// <param name="layout">Which hosts make it up.</param>
    /// <param name="orderHosts">How many of them take orders.</param>
    /// <param name="options">Server settings of every session, as PostgreSQL's <c>-c name=value</c>, in place of the role's.</param>
    /// <param name="settings">Settings of every host, on top of those of the layout.</param>
    public static Task<RunningShop> Start(
        Layout layout, int orderHosts = 1, string options = "", params (string Key, string Value)[] settings) =>
        Start(layout, orderHosts, settings, role => $"{TestDatabase.ConnectionString(role)};Options={options}");

    /// <summary>
    /// A shop of one's own whose database can be taken away. The driver has no time-outs there, which could stand in for missing ones of ours.
    /// </summary>
    public static Task<RunningShop> StartBehind(ProxyToDatabase proxy, Layout layout) => Start(
        layout,
        orderHosts: 1,
        settings: [],
        role => $"{TestDatabase.ConnectionString(role)};Port={proxy.Port};Timeout=0;Command Timeout=0;Cancellation Timeout=0");

    internal static async Task StopAll()
    {
        foreach (var shop in Shared.Values)
        {
            await (await shop).DisposeAsync();
        }

        Shared.Clear();
    }

    /// <summary>A metric's value, summed over the hosts that take orders.</summary>
    /// <param name="series">The name and labels as they stand in the text format.</param>
    public async Task<double> Metric(string series)
    {
        var pages = await Task.WhenAll(EveryOrders.Select(client => client.GetStringAsync("/metrics")));
        return pages
            .SelectMany(page => page.Split('\n'))
            .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in EveryOrders.Append(Products).Append(Users))
        {
            client.Dispose();
        }

        await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
    }

    static async Task<RunningShop> Start(
        Layout layout, int orderHosts, (string Key, string Value)[] settings, Func<string, string> connectionString)
    {
        Task<HostProcess> StartHost(HostKind kind)
        {
            var environment = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
            environment["ConnectionStrings__Shop"] = connectionString(kind.Role);
            return HostProcess.Start(kind.Name, environment);
        }

        var taking = await Task.WhenAll(Enumerable.Range(0, orderHosts).Select(_ => StartHost(layout.Orders)));
        var products = layout.Products == layout.Orders ? taking[0] : await StartHost(layout.Products);
        var users = layout.Users == layout.Orders ? taking[0] : await StartHost(layout.Users);
        return new RunningShop(
            [.. taking.Append(products).Append(users).Distinct()],
            taking,
            await Client(products, "product", layout.Products),
            await Task.WhenAll(taking.Select(host => Client(host, "order", layout.Orders))),
            await Client(users, "user", layout.Users));
    }

    static async Task<HttpClient> Client(HostProcess host, string module, HostKind kind)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.AddressOf(module) };
        await InterfaceDocument.Hold(client, kind);
        return client;
    }
}
