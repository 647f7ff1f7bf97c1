using Dapper;
using Npgsql;

namespace Shop.Database;

/// <summary>A session of the database's owner, closed for good when it is disposed of.</summary>
static class OwnerConnection
{
    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static async Task<NpgsqlConnection> Open(string connectionString, CancellationToken cancelled)
    {
        var connection = new NpgsqlConnection(Settings(connectionString));
        try
        {
            await connection.OpenAsync(cancelled);
            // Neither another migrator nor a lock that a migration wants is waited for without end.
            await connection.ExecuteAsync("set lock_timeout = '60s'");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static string Settings(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "migrator",
        // Npgsql would try Kerberos first, which nobody here speaks.
        GssEncryptionMode = GssEncryptionMode.Disable,
        // A session in a pool would keep the migrator's lock.
        Pooling = false,
        // An index on a large table takes its time.
        CommandTimeout = 0,
    }.ConnectionString;
}
