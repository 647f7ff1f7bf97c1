
namespace Shop.Drill;

/// <summary>A shop of split hosts, the work that it does, and what can go wrong with it.</summary>
sealed class DrilledShop : IAsyncDisposable
{
    /// <summary>The promise for a dead service.</summary>
    static readonly TimeSpan ToKnowOfADeadService = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    readonly PostgresServer server;
    readonly List<Service> services = [];

    DrilledShop(PostgresServer server) => this.server = server;

    /// <summary>Each service by its name, and where it listens.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses => services.ToDictionary(service => service.Job, service => service.Client.BaseAddress!);

    Service Products => services[0];

    Service Orders => services[1];

    Service Users => services[2];

    /// <summary>Starts the hosts, with what <see cref="Operation"/> needs: the user, the product and the order 1; and a single unit of the product 2.</summary>
    public static async Task<DrilledShop> Open(PostgresServer server)
    {
        var shop = new DrilledShop(server);
        try
        {
            await shop.Start();
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything that customers do, a few times a second, until it is disposed of.</summary>
    public IAsyncDisposable Work()
    {
        // What is deleted would be gone the next time.
        var traffic = Operation.Every.Where(operation => operation.Method != HttpMethod.Delete)
            .Select(operation => new Traffic(ServiceOf(operation).Client, operation, Breath))
            .ToArray();
        return new Healing(() => Task.WhenAll(traffic.Select(each => each.DisposeAsync().AsTask())));
    }

    public Fault DeadService() => new(
        "a service is killed",
        () => Done(Products.Kill()),
        new("ServiceUnreachable", Of(Products), ToKnowOfADeadService),
        new("ServiceDown", Of(Products)));

    public Fault StoppedDatabase() => new("PostgreSQL is stopped", () => Done(StoppedServer.Stop(server)), new ExpectedAlert("PostgresDown", Of(Users)));

    public Fault FrozenDatabase() => new(
        "PostgreSQL is frozen",
        () => Done(FrozenServer.Freeze(server)),
        new ExpectedAlert("PostgresDown", Of(Users)));

    public Fault Errors() => new(
        "no user can be created",
        async () => await Sabotage.Inserts(server, "users.users", "out of order"),
        new ExpectedAlert("HighErrorRate", Of(Users)));

    public Fault Slowness() => new(
        "changing a user takes 0.7 s",
        async () => await Sabotage.Updates(server, "users.users", seconds: 0.7),
        new ExpectedAlert("HighLatency", Of(Users, ("method", "PUT"))));

    public Fault Overload() => new(
        "more orders than may wait",
        () => Done(new Traffic(Orders.Client, Operation.Creating.Single(operation => operation.Kind == "order"), Breath, atOnce: 16)),
        new ExpectedAlert("OrdersRefused", Of(Orders)));

    public Fault Exhaustion() => new(
        "more new products than connections",
        async () =>
        {
            var slowness = await Sabotage.Inserts(server, "products.products", seconds: 1.5);
            var rush = new Traffic(Products.Client, Operation.Creating.Single(operation => operation.Kind == "product"), Breath, atOnce: 32);
            return new Healing(async () =>
            {
                await rush.DisposeAsync();
                await slowness.DisposeAsync();
            });
        },
        new ExpectedAlert("ConnectionPoolExhausted", Of(Products)));

    public Fault SoldOut() => new(
        "the last unit is sold",
        async () =>
        {
            await Orders.Client.Order(user: 1, product: 2);
            return new Healing(() => Products.Client.Send(HttpMethod.Put, "/products/2", """{"stock": 10}"""));
        },
        new ExpectedAlert("StockSoldOut", Of(Products)));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    async Task Start()
    {
        var layout = Layout.Split;
        services.Add(await Service.Start(server, layout.Products));
        // A queue that a handful of customers fill.
        services.Add(await Service.Start(server, layout.Orders, ("Batches__MaxWaiting", "1")));
        services.Add(await Service.Start(server, layout.Users));
        await Users.Client.Post("/users", """{"username": "ann", "email": "ann@example.com"}""");
        await Products.Client.Post("/products", """{"name": "Lamp", "price": 19.90, "stock": 1000000}""");
        await Products.Client.Post("/products", """{"name": "Last of its kind", "price": 19.90, "stock": 1}""");
        await Orders.Client.Order(user: 1, product: 1);
    }

    Service ServiceOf(Operation operation) => operation.Kind.TrimEnd('s') switch { "product" => Products, "order" => Orders, _ => Users };

    static Dictionary<string, string> Of(Service service, params (string Name, string Value)[] labels) =>
        labels.Append(("job", service.Job)).ToDictionary();

    static Task<IAsyncDisposable> Done(IAsyncDisposable healing) => Task.FromResult(healing);
}
