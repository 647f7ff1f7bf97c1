using System.Globalization;
using Dapper;
using Npgsql;
using Respawn;
using Shop.Database;
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
    public int ProcessId =>
        int.Parse(File.ReadLines(Path.Combine(server.Folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Starts a server on a copy of the <see cref="ClusterTemplate"/>.</summary>
    public static async Task<PostgresServer> Start()
    {
        var folder = new TemporaryFolder();
        try
        {
            var root = Path.Combine(folder.Path, "postgres");
            await ClusterTemplate.CopyTo(root);
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
