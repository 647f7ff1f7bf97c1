using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Shared.Contracts;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry;

namespace Shop.Product;

/// <summary>What is sold, for how much, and how much is there. Owns the schema <c>products</c> and keeps the promise <see cref="IStock"/>.</summary>
public sealed class ProductModule : IModule
{
    /// <inheritdoc/>
    public string Name => "product";

    /// <inheritdoc/>
    public int DefaultPort => 5000;

    /// <inheritdoc/>
    public string Schema => "products";

    /// <inheritdoc/>
    public int SchemaVersion => 2;

    /// <inheritdoc/>
    public IJsonTypeInfoResolver Json => ProductJson.Default;

    /// <inheritdoc/>
    public string ExampleRequest(string address) => $"curl {address}/products/1";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services) => services
        .AddSingleton<IStock, Stock>()
        .AddSingleton<CreateProduct>()
        .AddSingleton<GetProduct>()
        .AddSingleton<ListProducts>()
        .AddSingleton<UpdateProduct>()
        .AddSingleton<DeleteProduct>()
        .AddSingleton<StockLevels>();

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        CreateProduct.Map(routes);
        GetProduct.Map(routes);
        ListProducts.Map(routes);
        UpdateProduct.Map(routes);
        DeleteProduct.Map(routes);
    }

    /// <inheritdoc/>
    public void RegisterMetrics(IServiceProvider services)
    {
        // A batch publishes its metrics when it is created.
        services.GetRequiredService<GetProduct>();
        Levels.Watch(services.GetRequiredService<StockLevels>().Read);
    }
}
