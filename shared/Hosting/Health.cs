using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

/// <summary>What a supervisor asks: whether the process runs, and whether it can do its work at this moment.</summary>
sealed class Health(ServiceName service, Readiness readiness, StopSignal stop)
{
    static readonly HealthReport Example = new("healthy", "shop", new(2026, 2, 14, 10, 59, 23, 123, DateTimeKind.Utc));

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (Health health, CancellationToken cancelled) => health.Ready(cancelled))
            .WithName("getHealth")
            .WithSummary("Whether the host can do its work at this moment")
            .Gives(Example)
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/health/ready", (Health health, CancellationToken cancelled) => health.Ready(cancelled))
            .WithName("getReadiness")
            .WithSummary("Whether the host can do its work at this moment, for load balancers")
            .Gives(Example)
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/health/live", (Health health) => health.Report(healthy: true))
            .WithName("getLiveness")
            .WithSummary("Whether the process runs, whatever the database does")
            .Gives(Example)
            .Produces<HealthReport>();
    }

    async Task<JsonHttpResult<HealthReport>> Ready(CancellationToken cancelled) =>
        Report(!stop.Asked.IsCancellationRequested && await readiness.Obstacle(cancelled) is null);

    JsonHttpResult<HealthReport> Report(bool healthy) => TypedResults.Json(
        new HealthReport(healthy ? "healthy" : "unhealthy", service.Value, DateTime.UtcNow),
        statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}

/// <summary>The answer of the health endpoints.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Service">Which host answers.</param>
/// <param name="Timestamp">When, in UTC.</param>
sealed record HealthReport(string Status, string Service, DateTime Timestamp);
