using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

/// <summary>What a supervisor asks: whether the process runs, and whether it can do its work at this moment.</summary>
sealed class Health(ServiceName service, Readiness readiness, StopSignal stop)
{
    static readonly HealthReport Healthy = new("healthy", "shop", new(2026, 2, 14, 10, 59, 23, 123, DateTimeKind.Utc));

    static readonly HealthReport Unhealthy = Healthy with { Status = "unhealthy" };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (Health health, HttpContext http) => health.Ready(http))
            .WithName("getHealth")
            .WithSummary("Health")
            .WithDescription("Whether the host can do its work at this moment.")
            .Gives(StatusCodes.Status200OK, Healthy)
            .Gives(StatusCodes.Status503ServiceUnavailable, Unhealthy, "Retry-After");
        routes.MapGet("/health/ready", (Health health, HttpContext http) => health.Ready(http))
            .WithName("getReadiness")
            .WithSummary("Readiness")
            .WithDescription("Whether the host can do its work at this moment, for load balancers.")
            .Gives(StatusCodes.Status200OK, Healthy)
            .Gives(StatusCodes.Status503ServiceUnavailable, Unhealthy, "Retry-After");
        routes.MapGet("/health/live", (Health health) => health.Report(healthy: true))
            .WithName("getLiveness")
            .WithSummary("Liveness")
            .WithDescription("Whether the process runs, whatever the database does.")
            .Gives(StatusCodes.Status200OK, Healthy);
    }

    JsonHttpResult<HealthReport> Ready(HttpContext http)
    {
        var ready = !stop.Asked.IsCancellationRequested && readiness.Obstacle is null;
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
sealed record HealthReport([property: AllowedValues("healthy", "unhealthy")] string Status, string Service, DateTime Timestamp);
