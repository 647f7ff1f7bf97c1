using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary><c>GET /metrics</c>, as Prometheus text or OpenMetrics.</summary>
static class MetricsPage
{
    // The API explorer knows an endpoint by its method, and the library's has none.
    static readonly Action Export = () => { };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMetrics()
        .WithName("getMetrics")
        .WithSummary("Metrics")
        .WithDescription("As Prometheus text or OpenMetrics, by Accept.")
        .WithMetadata(
            // It would answer every method otherwise.
            new HttpMethodMetadata([HttpMethods.Get]),
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain", "application/openmetrics-text"]),
            Export.Method);
}
