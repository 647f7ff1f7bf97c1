namespace Shop.Shared.Hosting;

/// <summary>What a host is called in health reports, logs and the database: <c>order-service</c>, or <c>shop</c> where it serves all.</summary>
sealed record ServiceName(string Value)
{
    public static ServiceName Of(IReadOnlyList<IModule> served) =>
        new(served.Count == 1 ? $"{served[0].Name}-service" : "shop");
}
