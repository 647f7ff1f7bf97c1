using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Shop.Shared.Hosting;

/// <summary>What a supervisor asks: whether the process runs, and whether it can do its work at this moment.</summary>
sealed class Health(ServiceName service, Readiness readiness, StopSignal stop)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (Health health, HttpContext http) => health.Ready(http));
        routes.MapGet("/health/ready", (Health health, HttpContext http) => health.Ready(http));
        routes.MapGet("/health/live", (Health health) => health.Report(healthy: true));
    }

    async Task<JsonHttpResult<HealthReport>> Ready(HttpContext http)
    {
        var ready = !stop.Asked.IsCancellationRequested && await readiness.Obstacle(http.RequestAborted) is null;
        if (!ready)
        {
            // Seconds.
            http.Response.Headers.RetryAfter = "5";
        }

        return Report(ready);
    }

    JsonHttpResult<HealthReport> Report(bool healthy) => TypedResults.Json(
        new HealthReport(healthy ? "healthy" : "unhealthy", service.Value, DateTime.UtcNow),
        statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}

/// <summary>The answer of the health endpoints.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Service">Which host answers.</param>
/// <param name="Timestamp">When, in UTC.</param>
sealed record HealthReport(string Status, string Service, DateTime Timestamp);
