using Npgsql;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary>A PostgreSQL beside that of the whole run, for what changes roles or needs a database that is not migrated.</summary>
sealed class TemporaryServer : IAsyncDisposable
{
    readonly TemporaryFolder folder;
    readonly EmbeddedPostgres server;

    TemporaryServer(TemporaryFolder folder, EmbeddedPostgres server) => (this.folder, this.server) = (folder, server);

    public static async Task<TemporaryServer> Start()
    {
        var folder = new TemporaryFolder();
        return new(folder, await EmbeddedPostgres.Start(Path.Combine(folder.Path, "postgres")));
    }

    /// <summary>Creates an empty database.</summary>
    /// <returns>How its owner connects.</returns>
    public async Task<string> CreateDatabase()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await new OwnedDatabase(server.OwnerConnectionString).Run($"create database {name}");
        return new NpgsqlConnectionStringBuilder(server.OwnerConnectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }
}
