using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>The database of a developer's run: a server of our own, migrated, with sample data.</summary>
public sealed class OwnDatabase : IHostedDatabase
{
    const string FolderKey = "DATA_FOLDER";
    const string DefaultFolder = ".data";

    readonly EmbeddedPostgres server;
    readonly RolePasswords passwords;

    OwnDatabase(EmbeddedPostgres server, RolePasswords passwords) => (this.server, this.passwords) = (server, passwords);

    /// <summary>How the all-in-one host connects: as <see cref="Roles.Shop"/>, with a password of this run.</summary>
    public string ConnectionString => ConnectionStringOf(Roles.Shop);

    /// <summary>
    /// Starts the server in <c>.data/postgres</c> under the current directory, where the variable <c>DATA_FOLDER</c> does not name another
    /// folder than <c>.data</c>, and migrates the database.
    /// </summary>
    /// <param name="cancelled">Gives up. Nothing is left running.</param>
    /// <exception cref="StartupException">
    /// The server does not start, or the database cannot be migrated. Nothing is left running.
    /// </exception>
    public static async Task<IHostedDatabase> Open(CancellationToken cancelled) => await Start(cancelled);

    /// <summary>As <see cref="Open"/>, for those who hand out connections to several hosts.</summary>
    public static async Task<OwnDatabase> Start(CancellationToken cancelled)
    {
        var server = await EmbeddedPostgres.Start(Path.Combine(DataFolder(), "postgres"), cancelled);
        try
        {
            var passwords = RolePasswords.Random();
            await Migrator.Migrate(server.OwnerConnectionString, passwords, sampleData: true, cancelled: cancelled);
            return new(server, passwords);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How a host connects as one of <see cref="Roles.All"/>, with a password of this run.</summary>
    public string ConnectionStringOf(string role) => server.ConnectionString(role, passwords[role]);

    /// <inheritdoc/>
    public Task KeepRunning(CancellationToken stopping) => server.KeepRunning(stopping);

    /// <summary>Stops the server. The data stays.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    static string DataFolder() => Environment.GetEnvironmentVariable(FolderKey) is { Length: > 0 } folder ? folder : DefaultFolder;
}
