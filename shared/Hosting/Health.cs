using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Shop.Shared.Hosting;

/// <summary><c>GET /health</c>: whether this host can do its work at this moment.</summary>
sealed class Health(ServiceName service, NpgsqlDataSource database, IHostApplicationLifetime lifetime)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", (Health health, CancellationToken cancelled) => health.Report(cancelled));

    async Task<IResult> Report(CancellationToken cancelled)
    {
        var healthy = !lifetime.ApplicationStopping.IsCancellationRequested && await DatabaseAnswers(cancelled);
        return TypedResults.Json(
            new HealthReport(healthy ? "healthy" : "unhealthy", service.Value, DateTime.UtcNow),
            statusCode: healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    async Task<bool> DatabaseAnswers(CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(Patience);
        try
        {
            await using var connection = await database.OpenConnectionAsync(deadline.Token);
            await connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", cancellationToken: deadline.Token));
            return true;
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>The answer of <c>GET /health</c>.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Service">Which host answers.</param>
/// <param name="Timestamp">When, in UTC.</param>
sealed record HealthReport(string Status, string Service, DateTime Timestamp);
