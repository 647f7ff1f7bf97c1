using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Shop.Shared.Hosting;

/// <summary>
/// Whether the database answers and has what the modules need. Looks every second and says in the log when that changes, so an operator
/// learns why a host does not serve; the host itself needs no restart.
/// </summary>
sealed partial class Readiness(NpgsqlDataSource database, CarriedModules modules, ILogger<Readiness> log) : BackgroundService
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // A database that has been migrated stays so: from then on it need only answer.
    bool migrated;

    /// <summary>What keeps this host from serving, or null.</summary>
    public async Task<string?> Obstacle(CancellationToken cancelled)
    {
        try
        {
            // Left to itself where it lasts longer: Npgsql heeds no token while it logs in, and to cancel a query it asks the server.
            return await Look().WaitAsync(Patience, cancelled);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            return "the database is not migrated: run the migrator";
        }
        catch (NpgsqlException fault)
        {
            return $"the database is away: {fault.GetBaseException().Message}";
        }
        catch (TimeoutException)
        {
            return "the database does not answer within a second";
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Patience);
        var before = default(string);
        do
        {
            var now = await Obstacle(stoppingToken);
            if (now is not null && before is null)
            {
                Waiting(log, now);
            }
            else if (now is null && before is not null)
            {
                Recovered(log);
            }

            before = now;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task<string?> Look()
    {
        await using var connection = await database.OpenConnectionAsync();
        if (migrated)
        {
            await connection.ExecuteScalarAsync<int>("select 1");
            return null;
        }

        foreach (var module in modules.All)
        {
            var version = await VersionOf(module, connection);
            if (version < module.SchemaVersion)
            {
                return $"the schema {module.Schema} is at version {version} and this host needs {module.SchemaVersion}: run the migrator";
            }
        }

        migrated = true;
        return null;
    }

    static Task<int> VersionOf(IModule module, NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<int>(
            $"""
            select coalesce(max(version::integer), 0)
            from migrations.{module.Schema}
            where type = 0
              and success
            """);

    [LoggerMessage(LogLevel.Warning, "Not ready: {Obstacle}")]
    static partial void Waiting(ILogger log, string obstacle);

    [LoggerMessage(LogLevel.Information, "Ready again")]
    static partial void Recovered(ILogger log);
}

/// <summary>Every module in a host, those served and those needed.</summary>
sealed record CarriedModules(IReadOnlyList<IModule> All);
