using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shop.Order;
using Shop.Product;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.User;

namespace Shop.Tests.Hosting;

/// <summary>The list that tests of every operation go through.</summary>
public sealed class OperationTests
{
    [Test]
    public void Every_endpoint_of_the_modules_is_among_the_operations_that_are_tested()
    {
        Assert.That(Operation.Every.Select(operation => operation.ToString()), Is.EquivalentTo(Mapped()), "Operation.Every is the list to add to.");
    }

    /// <summary>Methods and routes as the modules map them.</summary>
    static List<string> Mapped()
    {
        // A validator reads them when it is created, which mapping an endpoint does.
        LibrarySettings.Apply(exemplars: false);
        IModule[] modules = [new ProductModule(), new OrderModule(), new UserModule()];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(ShopDatabase.Open("Host=none", "tests", new())).AddSingleton<BatchOptions>().AddSingleton<PoolOptions>();
        foreach (var module in modules)
        {
            module.AddServices(builder.Services);
        }

        IEndpointRouteBuilder routes = builder.Build();
        foreach (var module in modules)
        {
            module.MapEndpoints(routes);
        }

        return
        [
            .. routes.DataSources
                .SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
                .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                    .Select(method => $"{method} {endpoint.RoutePattern.RawText}")),
        ];
    }
}
