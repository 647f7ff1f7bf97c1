using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>The database of the all-in-one host that was given none: a server of its own, migrated, with sample data.</summary>
public sealed class OwnDatabase : IHostedDatabase
{
    const string FolderKey = "DATA_FOLDER";
    const string DefaultFolder = ".data";

    readonly EmbeddedPostgres server;

    OwnDatabase(EmbeddedPostgres server, string connectionString)
    {
        this.server = server;
        ConnectionString = connectionString;
    }

    /// <summary>How the host connects: as <see cref="Roles.Shop"/>, with a password of this run.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the server in <c>.data/postgres</c> under the current directory, where the variable <c>DATA_FOLDER</c> does not name another
    /// folder than <c>.data</c>, and migrates the database.
    /// </summary>
    /// <param name="cancelled">Gives up. Nothing is left running.</param>
    /// <exception cref="StartupException">
    /// The server does not start, or the database cannot be migrated. Nothing is left running.
    /// </exception>
    public static async Task<IHostedDatabase> Open(CancellationToken cancelled)
    {
        var server = await EmbeddedPostgres.Start(Path.Combine(DataFolder(), "postgres"), cancelled);
        try
        {
            var passwords = RolePasswords.Random();
            await Migrator.Migrate(server.OwnerConnectionString, passwords, sampleData: true, cancelled: cancelled);
            return new OwnDatabase(server, server.ConnectionString(Roles.Shop, passwords[Roles.Shop]));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server. The data stays.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    static string DataFolder() => Environment.GetEnvironmentVariable(FolderKey) is { Length: > 0 } folder ? folder : DefaultFolder;
}
