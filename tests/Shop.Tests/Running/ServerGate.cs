using Dapper;
using Npgsql;

namespace Shop.Tests.Running;

/// <summary>An advisory lock of the test database, held by a test: statements that want it wait until the gate is opened.</summary>
public sealed class ServerGate : IAsyncDisposable
{
    // Without a pool, so that the lock goes with the connection.
    readonly NpgsqlConnection connection = new($"{TestDatabase.OwnerConnectionString};Pooling=false");
    readonly int key;

    ServerGate(int key) => this.key = key;

    public static async Task<ServerGate> Close(int key)
    {
        var gate = new ServerGate(key);
        await gate.connection.OpenAsync();
        await gate.connection.ExecuteAsync("select pg_advisory_lock(@key)", new { key });
        return gate;
    }

    /// <summary>Returns when so many statements wait.</summary>
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

    public async Task Open() => await connection.ExecuteAsync("select pg_advisory_unlock(@key)", new { key });

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
