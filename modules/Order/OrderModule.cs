using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Shared.Contracts;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry;

namespace Shop.Order;

/// <summary>Who bought what. Owns the schema <c>orders</c>; needs the promises <see cref="IUsers"/> and <see cref="IStock"/>.</summary>
public sealed class OrderModule : IModule
{
    /// <inheritdoc/>
    public string Name => "order";

    /// <inheritdoc/>
    public int DefaultPort => 5001;

    /// <inheritdoc/>
    public string Schema => "orders";

    /// <inheritdoc/>
    public int SchemaVersion => 1;

    /// <inheritdoc/>
    public IJsonTypeInfoResolver Json => OrderJson.Default;

    /// <inheritdoc/>
    public string ExampleRequest(string address) =>
        $$"""curl -X POST {{address}}/orders -H 'Content-Type: application/json' -d '{"user_id": 1, "product_id": 1, "quantity": 2}'""";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services) => services
        .AddSingleton<PlaceOrder>()
        .AddSingleton<GetOrder>()
        .AddSingleton<ListOrders>()
        .AddSingleton<ChangeStatus>()
        .AddSingleton<BestSellers>();

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PlaceOrder.Map(routes);
        GetOrder.Map(routes);
        ListOrders.Map(routes);
        ChangeStatus.Map(routes);
    }

    /// <inheritdoc/>
    public void RegisterMetrics(IServiceProvider services)
    {
        PlaceOrder.RegisterMetrics();
        ChangeStatus.RegisterMetrics();
        // A batch publishes its metrics when it is created.
        services.GetRequiredService<PlaceOrder>();
        services.GetRequiredService<GetOrder>();
        Levels.Watch(services.GetRequiredService<BestSellers>().Read);
    }
}
