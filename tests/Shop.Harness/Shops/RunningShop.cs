using System.Globalization;
using Shop.Harness.Databases;

namespace Shop.Harness.Shops;

/// <summary>The hosts of a layout, running on a PostgreSQL server, and a client for each module.</summary>
public sealed class RunningShop : IAsyncDisposable
{
    readonly HostProcess[] hosts;

    RunningShop(HostProcess[] hosts, HostProcess[] orderHosts, HttpClient products, HttpClient[] orders, HttpClient users)
    {
        this.hosts = hosts;
        OrderHosts = orderHosts;
        (Products, EveryOrders, Users) = (products, orders, users);
    }

    /// <summary>Client of the product host.</summary>
    public HttpClient Products { get; }

    /// <summary>Client of the user host.</summary>
    public HttpClient Users { get; }

    /// <summary>Client of the first order host.</summary>
    public HttpClient Orders => EveryOrders[0];

    /// <summary>A client for each order host.</summary>
    public IReadOnlyList<HttpClient> EveryOrders { get; }

    /// <summary>The processes behind <see cref="EveryOrders"/>.</summary>
    public IReadOnlyList<HostProcess> OrderHosts { get; }

    /// <summary>All processes.</summary>
    public IReadOnlyList<HostProcess> Hosts => hosts;

    /// <summary>Starts a shop and returns when it is up.</summary>
    public static async Task<RunningShop> Start(Layout layout, PostgresServer server, ShopOptions options)
    {
        Task<HostProcess> StartHost(HostKind kind)
        {
            var environment = new Dictionary<string, string>(options.Settings)
            {
                ["ConnectionStrings__Shop"] = options.ConnectionString(server.ConnectionString(kind.Role)),
            };
            return HostProcess.Start(kind.Name, environment);
        }

        HttpClient Client(HostProcess host, string module, HostKind kind) =>
            new(options.Handler(kind, new SocketsHttpHandler { AllowAutoRedirect = false })) { BaseAddress = host.AddressOf(module) };

        var taking = Enumerable.Range(0, options.OrderHosts).Select(_ => StartHost(layout.Orders)).ToArray();
        var others = new[] { layout.Products, layout.Users }.Where(kind => kind != layout.Orders).Select(StartHost).ToArray();
        var orderHosts = await Task.WhenAll(taking);
        var otherHosts = await Task.WhenAll(others);
        var (products, users) = otherHosts is [var product, var user] ? (product, user) : (orderHosts[0], orderHosts[0]);
        return new RunningShop(
            [.. orderHosts, .. otherHosts],
            orderHosts,
            Client(products, "product", layout.Products),
            [.. orderHosts.Select(host => Client(host, "order", layout.Orders))],
            Client(users, "user", layout.Users));
    }

    /// <summary>Returns the value of a metric, summed over the order hosts.</summary>
    /// <param name="series">Name and labels as in the text format.</param>
    public async Task<double> Metric(string series)
    {
        var pages = await Task.WhenAll(EveryOrders.Select(client => client.GetStringAsync("/metrics")));
        return pages
            .SelectMany(page => page.Split('\n'))
            .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Stops all hosts.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in EveryOrders.Append(Products).Append(Users))
        {
            client.Dispose();
        }

        await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
    }
}

/// <summary>How a <see cref="RunningShop"/> differs from the default.</summary>
public sealed record ShopOptions
{
    /// <summary>Number of order hosts.</summary>
    public int OrderHosts { get; init; } = 1;

    /// <summary>Settings of every host.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Changes the connection string of a host.</summary>
    public Func<string, string> ConnectionString { get; init; } = connectionString => connectionString;

    /// <summary>Wraps the handler of each client, for example to check every response.</summary>
    public Func<HostKind, HttpMessageHandler, HttpMessageHandler> Handler { get; init; } = (_, handler) => handler;
}
