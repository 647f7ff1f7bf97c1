using Dapper;
using EvolveDb;
using EvolveDb.Dialect;
using EvolveDb.Migration;
using Npgsql;
using Shop.Shared.Hosting;

namespace Shop.Database.Migrations;

/// <summary>
/// The migrations of one module: the files of its folder, and the table of its name in the schema <c>migrations</c>, which says what has
/// run.
/// </summary>
sealed class ModuleMigrations
{
    readonly string name;
    readonly NpgsqlConnection connection;
    readonly Evolve evolve;

    /// <param name="name">The module's name.</param>
    /// <param name="schema">The schema that the files fill; it is created where it is missing.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="connection">An open session of the owner. It stays open.</param>
    /// <exception cref="StartupException">There is no such folder.</exception>
    public ModuleMigrations(string name, string schema, string folder, NpgsqlConnection connection)
    {
        // Evolve would take it for a module without migrations.
        if (!Directory.Exists(folder))
        {
            throw new StartupException($"The migrations of {name} are missing: there is no folder {folder}");
        }

        this.name = name;
        this.connection = connection;
        evolve = new(connection, dbms: DBMS.PostgreSQL)
        {
            Locations = [folder],
            Schemas = [schema],
            MetadataTableSchema = "migrations",
            MetadataTableName = name,
            IsEraseDisabled = true,
            // Evolve's own lock is waited for without end. The migrator holds one already.
            EnableClusterMode = false,
        };
    }

    /// <summary>Compares what has run with the files. Changes nothing.</summary>
    /// <exception cref="StartupException">Something has run that the files do not have, or have otherwise.</exception>
    public async Task Verify()
    {
        var files = evolve.MigrationLoader.GetMigrations().ToList();
        foreach (var applied in await Applied())
        {
            var file = files.Find(file => file.Version == new MigrationVersion(applied.Version))
                ?? throw new StartupException(
                    $"The database is newer than this build, which does not know its migration {name}/{applied.Name}: run a newer build.");
            Compare(file, applied.Checksum);
        }
    }

    /// <summary>Runs what has not run yet, each file in a transaction, and the grants where they have changed.</summary>
    /// <exception cref="StartupException">A file could not be run. Those before it have.</exception>
    public void Apply()
    {
        try
        {
            evolve.Migrate();
        }
        catch (EvolveException fault)
        {
            throw new StartupException($"The migration of {name} failed: {Reason.Of(fault)}", fault);
        }
    }

    void Compare(MigrationScript file, string checksum)
    {
        try
        {
            file.ValidateChecksum(checksum);
        }
        catch (EvolveValidationException fault)
        {
            throw new StartupException(
                $"The migration {name}/{file.Name} has been changed since it ran: restore it, and put the change into a new file.", fault);
        }
    }

    async Task<IEnumerable<AppliedMigration>> Applied()
    {
        var table = $"migrations.{name}";
        return await connection.ExecuteScalarAsync<bool>("select to_regclass(@table) is not null", new { table })
            // Type 0 is a file that runs once.
            ? await connection.QueryAsync<AppliedMigration>(
                $"""
                select version, name, checksum
                from {table}
                where type = 0
                  and success
                order by id
                """)
            : [];
    }

    sealed record AppliedMigration(string Version, string Name, string Checksum);
}
