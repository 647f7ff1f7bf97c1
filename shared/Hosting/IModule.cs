using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Shared.Hosting;

/// <summary>The one front door of a module: all that a host needs to know to carry it.</summary>
public interface IModule
{
    /// <summary>One lower-case word. Names the service (<c>product-service</c>) and the port's setting (<c>PRODUCT_PORT</c>).</summary>
    string Name { get; }

    /// <summary>The TCP port of the module's interface where <c>{NAME}_PORT</c> does not say otherwise.</summary>
    int DefaultPort { get; }

    /// <summary>The schema that the module owns, alone.</summary>
    string Schema { get; }

    /// <summary>
    /// The migration that the module needs, by its number; a later one will do, since migrations add first and remove later. So old and new
    /// hosts run side by side on one database.
    /// </summary>
    int SchemaVersion { get; }

    /// <summary>How the module's requests and answers become JSON.</summary>
    IJsonTypeInfoResolver Json { get; }

    /// <summary>A command line to try the module with: curl and a request that works on the sample data.</summary>
    /// <param name="address">Where the module listens: scheme, host and port.</param>
    string ExampleRequest(string address);

    /// <summary>Registers the module's use cases and the promises that it keeps for its siblings.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Maps the module's endpoints. Not called where a host carries the module for its promises only.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);

    /// <summary>
    /// Publishes the module's metrics: counters with value 0, so that <c>rate()</c> sees the first increment, and gauges of what is in the database. A
    /// new counter is registered here. Called once, when the host starts, and only if the host maps the module's endpoints.
    /// </summary>
    /// <param name="services">The host's services, among them those of <see cref="AddServices"/>.</param>
    void RegisterMetrics(IServiceProvider services);
}
