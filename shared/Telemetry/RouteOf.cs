using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Shop.Shared.Telemetry;

/// <summary>Metadata of an endpoint: the module that it is of.</summary>
sealed record ServedBy(string Module);

/// <summary>Which endpoint a request was for, in the few words that metrics and logs can bear: never a raw path.</summary>
static class RouteOf
{
    /// <summary>The module, and the route, of a path that no endpoint has.</summary>
    public const string None = "none";

    /// <summary>The module of what every host answers: metrics, health, documents.</summary>
    public const string Host = "host";

    /// <summary>The module and the route's pattern (<c>/orders/{id}</c>); both are <see cref="None"/> where no endpoint has the path.</summary>
    public static (string Module, string Route) Request(HttpContext http)
    {
        // An error clears the endpoint; its handler keeps it.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return endpoint is RouteEndpoint route ? (Module(route), route.RoutePattern.RawText ?? None) : (None, None);
    }

    /// <summary>The module of an endpoint; of those that every host has, <see cref="Host"/>.</summary>
    public static string Module(RouteEndpoint route) => route.Metadata.GetMetadata<ServedBy>()?.Module ?? Host;
}
