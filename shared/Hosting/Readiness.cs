using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Prometheus;

namespace Shop.Shared.Hosting;

/// <summary>
/// Whether the database answers and has what the modules need. Checks every second and logs each change of the reason, so an operator
/// learns why a host does not serve; the host itself needs no restart.
/// </summary>
sealed partial class Readiness(NpgsqlDataSource database, CarriedModules modules, ILogger<Readiness> log)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    static readonly Gauge Up = Metrics.CreateGauge(
        "shop_database_up", "Whether the database answers and has what this host needs: 1 or 0.", new GaugeConfiguration { SuppressInitialValue = true });

    // A database that has been migrated stays so: from then on it need only answer.
    bool migrated;

    /// <summary>What keeps this host from serving, or null. Known within a second, whatever the database does.</summary>
    public async Task<string?> Obstacle(CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(Patience);
        try
        {
            // The driver may take its time to give up a question that was cancelled; the answer does not wait for that.
            return await Ask(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            return "the database is not migrated: run the migrator";
        }
        catch (NpgsqlException fault)
        {
            return $"the database is away: {fault.GetBaseException().Message}";
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return "the database does not answer within a second";
        }
    }

    async Task<string?> Ask(CancellationToken deadline)
    {
        await using var connection = await database.OpenConnectionAsync(deadline);
        if (migrated)
        {
            await connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", cancellationToken: deadline));
            return null;
        }

        foreach (var module in modules.All)
        {
            var version = await VersionOf(module, connection, deadline);
            if (version < module.SchemaVersion)
            {
                return $"the schema {module.Schema} is at version {version} and this host needs {module.SchemaVersion}: run the migrator";
            }
        }

        migrated = true;
        return null;
    }

    /// <summary>Looks every second, until the host is told to stop.</summary>
    public async Task Watch(CancellationToken stopping)
    {
        var before = default(string);
        while (!stopping.IsCancellationRequested)
        {
            // Not cancelled by the stop: it is known within a second anyway.
            var now = await Obstacle(CancellationToken.None);
            if (now is not null && now != before)
            {
                Waiting(log, now);
            }
            else if (now is null && before is not null)
            {
                Recovered(log);
            }

            Up.Set(now is null ? 1 : 0);
            before = now;
            await Task.Delay(Patience, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static Task<int> VersionOf(IModule module, NpgsqlConnection connection, CancellationToken cancelled) =>
        connection.ExecuteScalarAsync<int>(new CommandDefinition(
            $"""
            select coalesce(max(version::integer), 0)
            from migrations.{module.Schema}
            where type = 0
              and success
            """,
            cancellationToken: cancelled));

    [LoggerMessage(LogLevel.Warning, "Not ready: {Obstacle}")]
    static partial void Waiting(ILogger log, string obstacle);

    [LoggerMessage(LogLevel.Information, "Ready again")]
    static partial void Recovered(ILogger log);
}

/// <summary>Every module in a host, those served and those needed.</summary>
sealed record CarriedModules(IReadOnlyList<IModule> All);
