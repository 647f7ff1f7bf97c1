using System.Globalization;
using Dapper;
using Npgsql;
using Respawn;
using Shop.Database;
using Shop.Database.Embedded;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>A temporary PostgreSQL server on loopback. Its database is migrated and has no rows.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    readonly TemporaryFolder folder;
    readonly EmbeddedPostgres server;
    Respawner? respawner;

    PostgresServer(TemporaryFolder folder, EmbeddedPostgres server)
    {
        this.folder = folder;
        this.server = server;
        Passwords = ClusterTemplate.PasswordsOf(server);
        Owner = NpgsqlDataSource.Create(server.OwnerConnectionString);
    }

    /// <summary>Connections of the owner, who may do everything.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <summary>Connection string of the owner.</summary>
    public string OwnerConnectionString => server.OwnerConnectionString;

    /// <summary>Passwords of the hosts' roles.</summary>
    public RolePasswords Passwords { get; }

    /// <summary>Process id of the postmaster, the parent of all other processes of the server.</summary>
    public int ProcessId => int.Parse(File.ReadLines(ProcessFile).First(), CultureInfo.InvariantCulture);

    /// <summary>Port on loopback.</summary>
    public int Port => new NpgsqlConnectionStringBuilder(OwnerConnectionString).Port;

    /// <summary>PostgreSQL's data directory.</summary>
    internal string DataFolder => Path.Combine(server.Folder, "data");

    /// <summary>File with the command line of the last start.</summary>
    internal string OptionsFile => Path.Combine(DataFolder, "postmaster.opts");

    /// <summary>Whether the server was started, and not stopped or killed since.</summary>
    internal bool IsStarted => File.Exists(ProcessFile);

    string ProcessFile => Path.Combine(DataFolder, "postmaster.pid");

    /// <summary>Starts a server on a copy of the <see cref="ClusterTemplate"/>.</summary>
    public static Task<PostgresServer> Start() => Start(ClusterTemplate.CopyTo);

    /// <summary>Starts a server.</summary>
    /// <param name="create">Creates the folder, with the contents of the <see cref="ClusterTemplate"/> or another data directory.</param>
    internal static async Task<PostgresServer> Start(Func<string, Task> create)
    {
        var folder = new TemporaryFolder();
        try
        {
            var root = Path.Combine(folder.Path, "postgres");
            await create(root);
            return new(folder, await EmbeddedPostgres.Start(root));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Returns the connection string of a host's role.</summary>
    public string ConnectionString(string role) => server.ConnectionString(role, Passwords[role]);

    /// <summary>Deletes every row and restarts the ids at 1. The tables of the migrations stay as they are.</summary>
    public async Task Empty()
    {
        await using var connection = await Owner.OpenConnectionAsync();
        respawner ??= await Respawner.CreateAsync(connection, new RespawnerOptions
        {
            DbAdapter = DbAdapter.Postgres,
            SchemasToInclude = ["users", "products", "orders"],
            WithReseed = true,
        });
        await respawner.ResetAsync(connection);
    }

    /// <summary>Runs a query as the owner and returns its first value.</summary>
    public async Task<T?> Value<T>(string sql, object? parameters = null)
    {
        await using var connection = await Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>Runs statements as the owner.</summary>
    public async Task Run(string sql)
    {
        await using var connection = await Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>Returns the number of sessions of a role that wait for a lock.</summary>
    public Task<int> Waiting(string role) => Value<int>(
        "select count(*) from pg_stat_activity where usename = @role and wait_event_type = 'Lock'", new { role });

    /// <summary>Returns the units of a product in all its orders.</summary>
    public Task<int> Ordered(int product) => Value<int>(
        "select coalesce(sum(quantity), 0) from orders.orders where product_id = @product", new { product });

    /// <summary>Kills all processes of the server by SIGKILL, as a crash of the machine does, and returns when they have ended.</summary>
    public async Task Kill()
    {
        var processes = FrozenServer.Freeze(this).Processes;
        foreach (var process in processes)
        {
            Signals.TrySend(Signal.Kill, process);
        }

        await Wait.Until(() => !processes.Any(Signals.IsRunning), "the server's processes to end");
        // pg_ctl would take a zombie for a running server.
        File.Delete(ProcessFile);
    }

    /// <summary>Starts the server again after a stop or <see cref="Kill"/>, with the same port and settings.</summary>
    public async Task StartAgain()
    {
        // This command starts also what does not run. Unlike "start", it takes the options of the previous start.
        await RunProgram("pg_ctl", "restart", "--wait", $"--pgdata={DataFolder}", $"--log={Path.Combine(server.Folder, "postgres.log")}");
        // The connections in the pool are broken.
        Owner.Clear();
    }

    /// <summary>Runs one of the server's programs, as the account of the server, to its end.</summary>
    /// <exception cref="InvalidOperationException">The program fails.</exception>
    internal async Task RunProgram(string name, params IReadOnlyList<string> arguments)
    {
        // The file begins with the path of "postgres".
        var folder = Path.GetDirectoryName(File.ReadAllText(OptionsFile).Split(' ')[0])!;
        var account = await ServerAccount.Find(CancellationToken.None);
        var result = await account.Run(Path.Combine(folder, name), arguments, CancellationToken.None);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"{name} has failed: {result.Output}");
        }
    }

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await server.DisposeAsync();
        if (!server.Folder.StartsWith(folder.Path, StringComparison.Ordinal))
        {
            Directory.Delete(server.Folder, recursive: true);
        }

        folder.Dispose();
    }
}
