using Dapper;
using Npgsql;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>An advisory lock, held by a test: statements that take the same lock wait until <see cref="Open"/>.</summary>
public sealed class ServerGate : IAsyncDisposable
{
    // Not pooled, so that closing it releases the lock.
    readonly NpgsqlConnection connection;
    readonly int key;

    ServerGate(PostgresServer server, int key)
    {
        connection = new($"{server.OwnerConnectionString};Pooling=false");
        this.key = key;
    }

    /// <summary>Takes the lock.</summary>
    public static async Task<ServerGate> Close(PostgresServer server, int key)
    {
        var gate = new ServerGate(server, key);
        await gate.connection.OpenAsync();
        await gate.connection.ExecuteAsync("select pg_advisory_lock(@key)", new { key });
        return gate;
    }

    /// <summary>Returns when the given number of statements wait for the lock.</summary>
    public Task IsWaitedFor(long by = 1) => Wait.Until(
        async () => await connection.ExecuteScalarAsync<long>(
            """
            select count(*)
            from pg_locks
            where locktype = 'advisory'
              and objid::bigint = @key
              and not granted
            """,
            new { key }) == by,
        $"{by} to wait at the gate");

    /// <summary>Releases the lock.</summary>
    public async Task Open() => await connection.ExecuteAsync("select pg_advisory_unlock(@key)", new { key });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
