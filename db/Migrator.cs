using Dapper;
using EvolveDb;
using Npgsql;
using Shop.Database.Migrations;
using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>Brings a database to the state that this build wants.</summary>
public static class Migrator
{
    // Any number will do, as long as every build has the same.
    const long LockKey = 5000_5001_5002;

    // What is pointed at comes before what points at it.
    static readonly string[] Modules = ["users", "products", "orders"];

    /// <summary>
    /// Makes the login roles and sets their passwords, runs the migrations that have not run yet, and grants each role what it may do.
    /// Where several migrators run at the same moment, one works and the others wait.
    /// </summary>
    /// <param name="connectionString">How to connect as the database's owner, who may create roles.</param>
    /// <param name="passwords">The passwords that the roles have from now on.</param>
    /// <param name="sampleData">Whether to fill a database that nobody has used yet. Done once in its life.</param>
    /// <param name="folder">Where the migrations are, one folder a module; beside the program where null.</param>
    /// <param name="cancelled">Stops between two modules. What has been done by then stays done.</param>
    /// <exception cref="StartupException">
    /// The database cannot be reached, is newer than the migrations, or has run one of them that was edited since; or another migrator took
    /// longer than 60 s. Then nothing has been changed. Or a migration failed; then those before it have run.
    /// </exception>
    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static async Task Migrate(
        string connectionString,
        RolePasswords passwords,
        bool sampleData = false,
        string? folder = null,
        CancellationToken cancelled = default)
    {
        try
        {
            // The session that holds the lock does the work: one is not lost without the other.
            await using var connection = await OwnerConnection.Open(connectionString, cancelled);
            await TakeLock(connection, cancelled);
            var migrations = Migrations(connection, folder ?? Path.Combine(AppContext.BaseDirectory, "migrations"), sampleData);
            foreach (var module in migrations)
            {
                await module.Verify();
            }

            await LoginRoles.Provision(connection, passwords);
            await CreateExtensions(connection);
            foreach (var module in migrations)
            {
                cancelled.ThrowIfCancellationRequested();
                module.Apply();
            }

            await ShowAllTables(connection);
        }
        catch (Exception fault) when (fault is NpgsqlException or EvolveException)
        {
            throw new StartupException($"The database could not be migrated: {Reason.Of(fault)}", fault);
        }
    }

    static List<ModuleMigrations> Migrations(NpgsqlConnection connection, string folder, bool sampleData)
    {
        var modules = Modules.Select(module => Of(module, schema: module));
        // The sample data has no schema of its own; any that is there by then will do.
        return [.. sampleData ? modules.Append(Of("sample", schema: Modules[^1])) : modules];

        ModuleMigrations Of(string name, string schema) => new(name, schema, Path.Combine(folder, name), connection);
    }

    static async Task TakeLock(NpgsqlConnection connection, CancellationToken cancelled)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "select pg_advisory_lock(@LockKey)", new { LockKey }, cancellationToken: cancelled));
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StartupException("Another migrator has held the database for 60 s: wait for it to end, or end it.", fault);
        }
    }

    // Both come with PostgreSQL, and are such as a database's owner may create. Before the migrations: Evolve has the schema of a module
    // first in the search path, where an extension would end up.
    static async Task CreateExtensions(NpgsqlConnection connection) => await connection.ExecuteAsync(
        """
        create extension if not exists pg_trgm with schema public;
        create extension if not exists btree_gin with schema public;
        """);

    // For people: psql's \dt lists what the search path has. The hosts name each schema.
    static async Task ShowAllTables(NpgsqlConnection connection) => await connection.ExecuteAsync(
        $"""
        do $$
        begin
            execute format('alter database %I set search_path to {string.Join(", ", Modules)}', current_database());
        end
        $$
        """);
}
