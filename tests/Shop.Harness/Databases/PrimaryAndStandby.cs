using System.Globalization;
using Dapper;
using Npgsql;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>
/// Two PostgreSQL servers on loopback: a primary and a standby that follows it by streaming replication. Either can be frozen
/// (<see cref="FrozenServer"/>), stopped (<see cref="StoppedServer"/>) and killed (<see cref="PostgresServer.Kill"/>).
/// </summary>
public sealed class PrimaryAndStandby : IAsyncDisposable
{
    // Name of the standby in synchronous_standby_names, and of its replication slot. With a slot, the primary keeps the WAL of a standby that is away.
    const string StandbyName = "standby";

    readonly PostgresServer[] servers;
    bool isSynchronous;

    PrimaryAndStandby(PostgresServer primary, PostgresServer standby)
    {
        servers = [primary, standby];
        (Primary, Standby) = (primary, standby);
    }

    /// <summary>The server that accepts writes.</summary>
    public PostgresServer Primary { get; private set; }

    /// <summary>The other server: a standby, or after <see cref="Promote"/> the old primary.</summary>
    public PostgresServer Standby { get; private set; }

    /// <summary>Starts both servers.</summary>
    /// <param name="synchronous">Whether a commit waits for the standby; see <see cref="SetSynchronous"/>.</param>
    public static async Task<PrimaryAndStandby> Start(bool synchronous = false)
    {
        var primary = await PostgresServer.Start();
        PostgresServer? standby = null;
        try
        {
            // A standby without a primary waits this long before it connects again, and may begin its promotion only then. The default is 5 s.
            await Set(primary, "wal_retrieve_retry_interval", "200ms");
            standby = await PostgresServer.Start(folder => CreateStandby(primary, folder));
            var pair = new PrimaryAndStandby(primary, standby);
            await pair.SetSynchronous(synchronous);
            return pair;
        }
        catch
        {
            await (standby?.DisposeAsync() ?? ValueTask.CompletedTask);
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the connection string of a host's role: both servers, of which Npgsql uses the primary.</summary>
    public string ConnectionString(string role) => new NpgsqlConnectionStringBuilder(servers[0].ConnectionString(role))
    {
        Host = string.Join(',', servers.Select(server => $"127.0.0.1:{server.Port}")),
        TargetSessionAttributes = "primary",
    }.ConnectionString;

    /// <summary>Sets whether a commit on the primary waits until the standby has it on disk. Returns when this is in effect.</summary>
    public async Task SetSynchronous(bool synchronous)
    {
        isSynchronous = synchronous;
        await Set(Primary, "synchronous_standby_names", synchronous ? StandbyName : "");
        await Wait.Until(
            () => Primary.Value<bool>(
                "select exists (select from pg_stat_replication where application_name = @StandbyName and sync_state = @state)",
                new { StandbyName, state = synchronous ? "sync" : "async" }),
            "the standby to follow the primary");
        // The checkpointer process puts the setting into effect, before it begins a checkpoint.
        await Primary.Run("checkpoint;");
    }

    /// <summary>Makes the standby apply each commit that much later than the primary.</summary>
    public Task SetApplyDelay(TimeSpan delay) =>
        Set(Standby, "recovery_min_apply_delay", $"{delay.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)}ms");

    /// <summary>Returns when the standby has applied all that is committed on the primary now.</summary>
    public async Task CaughtUp()
    {
        var committed = await Primary.Value<string>("select pg_current_wal_lsn()::text");
        await Wait.Until(
            () => Standby.Value<bool>("select pg_last_wal_replay_lsn() >= @committed::pg_lsn", new { committed }), "the standby to catch up");
    }

    /// <summary>
    /// Makes the standby the primary. The caller has stopped or killed the old one, or wants two primaries. The new primary does not wait for a
    /// standby before <see cref="Rejoin"/>.
    /// </summary>
    public async Task Promote()
    {
        await Set(Standby, "synchronous_standby_names", "");
        await Standby.Run("select pg_promote()");
        (Primary, Standby) = (Standby, Primary);
    }

    /// <summary>
    /// Makes the old primary, or a standby that is lost, a new standby of the primary: by a new base backup, so its own data is lost. Kills it if
    /// it runs.
    /// </summary>
    public async Task Rejoin()
    {
        if (Standby.IsStarted)
        {
            await Standby.Kill();
        }

        // A base backup does not have the options of the last start. The file is moved because it must belong to the server's account.
        var options = $"{Standby.DataFolder}.opts";
        File.Move(Standby.OptionsFile, options);
        Directory.Delete(Standby.DataFolder, recursive: true);
        await BackUp(Primary, Standby.DataFolder);
        File.Move(options, Standby.OptionsFile);
        await Standby.StartAgain();
        await SetSynchronous(isSynchronous);
    }

    /// <summary>Stops both servers and removes their data.</summary>
    public async ValueTask DisposeAsync()
    {
        // The standby first: a primary that stops waits for it.
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
    }

    /// <summary>Creates a folder with a copy of the primary's data. The other files of a server's folder are the same for all.</summary>
    static async Task CreateStandby(PostgresServer primary, string folder)
    {
        await ClusterTemplate.CopyTo(folder);
        var data = Path.Combine(folder, "data");
        Directory.Delete(data, recursive: true);
        await BackUp(primary, data);
    }

    static async Task BackUp(PostgresServer primary, string data)
    {
        // The slot of a standby that was lost. It is in use until the primary notices the loss.
        const string Slots = $"from pg_replication_slots where slot_name = '{StandbyName}'";
        await Wait.Until(() => primary.Value<bool>($"select not exists (select {Slots} and active)"), "the primary to lose its standby");
        await primary.Run($"select pg_drop_replication_slot(slot_name) {Slots}");
        var owner = new NpgsqlConnectionStringBuilder(primary.OwnerConnectionString);
        await primary.RunProgram(
            "pg_basebackup",
            $"--dbname=host={owner.Host} port={owner.Port} user={owner.Username} password={owner.Password} application_name={StandbyName}",
            $"--pgdata={data}", "--checkpoint=fast", "--no-sync", "--create-slot", $"--slot={StandbyName}", "--write-recovery-conf");
    }

    static async Task Set(PostgresServer server, string setting, string value)
    {
        await server.Run($"alter system set {setting} = '{value}'");
        var before = await server.Value<DateTime>("select clock_timestamp()");
        await server.Run("select pg_reload_conf()");

        // The postmaster reads its files, tells its children to, and then accepts the next session: what a session that is new has, all have been told.
        var unpooled = new NpgsqlConnectionStringBuilder(server.OwnerConnectionString) { Pooling = false }.ConnectionString;
        await Wait.Until(
            async () =>
            {
                await using var session = new NpgsqlConnection(unpooled);
                return await session.ExecuteScalarAsync<bool>("select pg_conf_load_time() > @before", new { before });
            },
            "the settings to be read");
    }
}
