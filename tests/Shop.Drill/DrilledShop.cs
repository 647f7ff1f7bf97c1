using Shop.Tests.Running;

namespace Shop.Drill;

/// <summary>A shop of split hosts, the work that it does, and what can go wrong with it.</summary>
sealed class DrilledShop : IAsyncDisposable
{
    /// <summary>The promise for a dead service.</summary>
    static readonly TimeSpan ToKnowOfADeadService = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    readonly Service products, orders, users;

    DrilledShop(Service products, Service orders, Service users) => (this.products, this.orders, this.users) = (products, orders, users);

    /// <summary>Each service by its name, and where it listens.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses =>
        new[] { products, orders, users }.ToDictionary(service => service.Job, service => service.Client.BaseAddress!);

    /// <summary>Starts the hosts, with what <see cref="Operation"/> needs: the user, the product and the order 1; and a single unit of the product 2.</summary>
    public static async Task<DrilledShop> Open()
    {
        var layout = Layout.Every.Single(layout => layout.Products != layout.Orders);
        var shop = new DrilledShop(
            await Service.Start(layout.Products),
            // A queue that a handful of customers fill.
            await Service.Start(layout.Orders, ("Batches__MaxWaiting", "1")),
            await Service.Start(layout.Users));
        await shop.users.Client.Post("/users", """{"username": "ann", "email": "ann@example.com"}""");
        await shop.products.Client.Post("/products", """{"name": "Lamp", "price": 19.90, "stock": 1000000}""");
        await shop.products.Client.Post("/products", """{"name": "Last of its kind", "price": 19.90, "stock": 1}""");
        await shop.orders.Client.Order(user: 1, product: 1);
        return shop;
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
        () => Done(products.Kill()),
        new("ServiceUnreachable", Of(products), ToKnowOfADeadService),
        new("ServiceDown", Of(products)));

    public Fault DeadDatabase() => new(
        "PostgreSQL is stopped",
        () => Done(FrozenServer.Freeze()),
        new ExpectedAlert("PostgresDown", Of(users)));

    public Fault Errors() => new(
        "no user can be created",
        async () => await Sabotage.Inserts("users.users", "out of order"),
        new ExpectedAlert("HighErrorRate", Of(users)));

    public Fault Slowness() => new(
        "changing a user takes 0.7 s",
        async () => await Sabotage.Updates("users.users", seconds: 0.7),
        new ExpectedAlert("HighLatency", Of(users, ("method", "PUT"))));

    public Fault Overload() => new(
        "more orders than may wait",
        () => Done(new Traffic(orders.Client, Operation.Creating.Single(operation => operation.Kind == "order"), Breath, atOnce: 16)),
        new ExpectedAlert("OrdersRefused", Of(orders)));

    public Fault SoldOut() => new(
        "the last unit is sold",
        async () =>
        {
            await orders.Client.Order(user: 1, product: 2);
            return new Healing(() => products.Client.Send(HttpMethod.Put, "/products/2", """{"stock": 10}"""));
        },
        new ExpectedAlert("StockSoldOut", Of(products)));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in new[] { products, orders, users })
        {
            await service.DisposeAsync();
        }
    }

    Service ServiceOf(Operation operation) => operation.Kind.TrimEnd('s') switch { "product" => products, "order" => orders, _ => users };

    static Dictionary<string, string> Of(Service service, params (string Name, string Value)[] labels) =>
        labels.Append(("job", service.Job)).ToDictionary();

    static Task<IAsyncDisposable> Done(IAsyncDisposable healing) => Task.FromResult(healing);
}
