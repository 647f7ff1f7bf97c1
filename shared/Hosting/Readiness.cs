using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Prometheus;
using Shop.Shared.Data;

namespace Shop.Shared.Hosting;

/// <summary>
/// Whether the database can be used and has what the modules need. A check starts every 500 ms, on a connection of its own, and ends after a second at
/// most; whoever asks is told the outcome of the last. Each change of the reason is logged, so an operator learns why a host does not serve; the host
/// itself needs no restart.
/// </summary>
sealed partial class Readiness(ShopDatabase database, CarriedModules modules, ILogger<Readiness> log)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), Limit = TimeSpan.FromSeconds(1), MaxAge = TimeSpan.FromSeconds(2);

    static readonly Gauge Up = Metrics.CreateGauge(
        "shop_database_up", "Whether the database answers and has what this host needs: 1 or 0.", new GaugeConfiguration { SuppressInitialValue = true });

    readonly Lock gate = new();
    Outcome last = new(Began: 0, Ended: Stopwatch.GetTimestamp(), "the database has not been asked yet");

    // A database that has been migrated stays so: from then on it need only answer.
    volatile bool migrated;

    /// <summary>What keeps this host from serving, or null.</summary>
    public string? Obstacle
    {
        get
        {
            lock (gate)
            {
                return Stopwatch.GetElapsedTime(last.Ended) > MaxAge ? "no check of the database has ended for two seconds" : last.Obstacle;
            }
        }
    }

    /// <summary>Checks until the host is told to stop.</summary>
    public async Task Watch(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // The next one does not wait for it.
            _ = Check();
            await Task.Delay(Interval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the database once. It throws nothing.</summary>
    public async Task Check()
    {
        var began = Stopwatch.GetTimestamp();
        var obstacle = await Look();
        lock (gate)
        {
            // One that began later may have ended before.
            if (began < last.Began)
            {
                return;
            }

            if (obstacle is not null && obstacle != last.Obstacle)
            {
                Waiting(log, obstacle);
            }
            else if (obstacle is null && last is { Obstacle: not null, Began: > 0 })
            {
                Recovered(log);
            }

            last = new(began, Stopwatch.GetTimestamp(), obstacle);
            Up.Set(obstacle is null ? 1 : 0);
        }
    }

    async Task<string?> Look()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            // The driver may take its time to give up a question that was cancelled; the outcome does not wait for that.
            return await database.Readiness.Use(connection => Ask(connection, limit.Token), limit.Token).WaitAsync(limit.Token);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            return "the database is not migrated: run the migrator";
        }
        catch (Exception fault) when (fault is OperationCanceledException or NpgsqlException { InnerException: TimeoutException }
            or ConnectionFailedException { InnerException: OverloadedException })
        {
            return "the database does not answer within a second";
        }
        // Whatever it is, it keeps us from the database, and must not end the watch.
        catch (Exception fault)
        {
            return $"the database cannot be used: {fault.GetBaseException().Message}";
        }
    }

    async Task<string?> Ask(NpgsqlConnection connection, CancellationToken limit)
    {
        // Also on a standby it is on.
        if (await connection.ExecuteScalarAsync<string>(new CommandDefinition("show transaction_read_only", cancellationToken: limit)) == "on")
        {
            return "the database is read-only";
        }

        if (migrated)
        {
            return null;
        }

        foreach (var module in modules.All)
        {
            var version = await VersionOf(module, connection, limit);
            if (version < module.SchemaVersion)
            {
                return $"the schema {module.Schema} is at version {version} and this host needs {module.SchemaVersion}: run the migrator";
            }
        }

        migrated = true;
        return null;
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

    /// <summary>What a check has found, between two timestamps of <see cref="Stopwatch"/>.</summary>
    sealed record Outcome(long Began, long Ended, string? Obstacle);
}

/// <summary>Every module in a host, those served and those needed.</summary>
sealed record CarriedModules(IReadOnlyList<IModule> All);
