using System.Globalization;
using Shop.Harness.Databases;
using Shop.Harness.Network;

namespace Shop.Harness.Shops;

/// <summary>The hosts of a layout, running on a PostgreSQL server, and a client for each module.</summary>
public sealed class RunningShop : IAsyncDisposable
{
    readonly HostProcess[] hosts;
    readonly RoundRobin? roundRobin;

    RunningShop(
        HostProcess[] hosts, HostProcess[] orderHosts, RoundRobin? roundRobin, HttpClient products, HttpClient orders, HttpClient[] everyOrders, HttpClient users)
    {
        (this.hosts, this.roundRobin) = (hosts, roundRobin);
        OrderHosts = orderHosts;
        (Products, Orders, EveryOrders, Users) = (products, orders, everyOrders, users);
    }

    /// <summary>Client of the product host.</summary>
    public HttpClient Products { get; }

    /// <summary>Client of the user host.</summary>
    public HttpClient Users { get; }

    /// <summary>Client of the first order host, or with <see cref="ShopOptions.RoundRobin"/> of all of them in turn.</summary>
    public HttpClient Orders { get; }

    /// <summary>A client for each order host.</summary>
    public IReadOnlyList<HttpClient> EveryOrders { get; }

    /// <summary>Addresses of <see cref="Products"/>, <see cref="Orders"/> and <see cref="Users"/>.</summary>
    public ShopAddresses Addresses => new(Products.BaseAddress!, Orders.BaseAddress!, Users.BaseAddress!);

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

        HttpClient Client(Uri address, HostKind kind) =>
            new(options.Handler(kind, new SocketsHttpHandler { AllowAutoRedirect = false })) { BaseAddress = address };

        var taking = Enumerable.Range(0, options.OrderHosts).Select(_ => StartHost(layout.Orders)).ToArray();
        var others = new[] { layout.Products, layout.Users }.Where(kind => kind != layout.Orders).Select(StartHost).ToArray();
        var orderHosts = await Task.WhenAll(taking);
        var otherHosts = await Task.WhenAll(others);
        var (products, users) = otherHosts is [var product, var user] ? (product, user) : (orderHosts[0], orderHosts[0]);
        var orderAddresses = orderHosts.Select(host => host.AddressOf("order")).ToArray();
        var everyOrders = orderAddresses.Select(address => Client(address, layout.Orders)).ToArray();
        var roundRobin = options.RoundRobin ? await RoundRobin.Start(orderAddresses) : null;
        return new RunningShop(
            [.. orderHosts, .. otherHosts],
            orderHosts,
            roundRobin,
            Client(products.AddressOf("product"), layout.Products),
            roundRobin is null ? everyOrders[0] : Client(roundRobin.Address, layout.Orders),
            everyOrders,
            Client(users.AddressOf("user"), layout.Users));
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
        foreach (var client in EveryOrders.Append(Orders).Append(Products).Append(Users))
        {
            client.Dispose();
        }

        if (roundRobin is not null)
        {
            await roundRobin.DisposeAsync();
        }

        await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
    }
}

/// <summary>How a <see cref="RunningShop"/> differs from the default.</summary>
public sealed record ShopOptions
{
    /// <summary>Number of order hosts.</summary>
    public int OrderHosts { get; init; } = 1;

    /// <summary>Whether <see cref="RunningShop.Orders"/> sends its requests to all order hosts in turn.</summary>
    public bool RoundRobin { get; init; }

    /// <summary>Settings of every host.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Changes the connection string of a host.</summary>
    public Func<string, string> ConnectionString { get; init; } = connectionString => connectionString;

    /// <summary>Wraps the handler of each client, for example to check every response.</summary>
    public Func<HostKind, HttpMessageHandler, HttpMessageHandler> Handler { get; init; } = (_, handler) => handler;
}
