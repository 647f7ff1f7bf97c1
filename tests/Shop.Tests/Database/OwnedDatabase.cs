using Dapper;
using Npgsql;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary>A database as its owner sees it.</summary>
sealed class OwnedDatabase(string connectionString)
{
    /// <summary>How its owner connects. There is no pool, so that no session outlives what it was opened for.</summary>
    public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    public Task Migrate(RolePasswords? passwords = null, bool sampleData = false, string? files = null) =>
        Migrator.Migrate(ConnectionString, passwords ?? RolePasswords.Random(), sampleData, files);

    public async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    public async Task<T?> Value<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    public async Task<IReadOnlyList<string>> Lines(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return (await connection.QueryAsync<string>(sql)).AsList();
    }

    /// <summary>Logs in as a role, and out again.</summary>
    /// <exception cref="PostgresException">The role may not.</exception>
    public async Task LogIn(string role, string password)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = password };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
    }

    /// <summary>All that a migration can change but passwords, one line a thing: tables, their columns, rules and rights, and every row.</summary>
    public async Task<IReadOnlyList<string>> Contents()
    {
        var contents = new List<string>(await Lines(
            """
            select format('%s.%s %s %s', nspname, relname, relkind, relacl)
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname !~ '^pg_' and nspname <> 'information_schema'
            union all
            select format('%s.%s.%s %s %s', table_schema, table_name, column_name, data_type, column_default)
            from information_schema.columns
            where table_schema !~ '^pg_' and table_schema <> 'information_schema'
            union all
            select format('%s %s', conname, pg_get_constraintdef(oid))
            from pg_constraint
            union all
            select format('%s %s', setrole::regrole, setconfig)
            from pg_db_role_setting
            order by 1
            """));
        var tables = await Lines(
            """
            select format('%I.%I', schemaname, tablename)
            from pg_tables
            where schemaname !~ '^pg_' and schemaname <> 'information_schema'
            order by 1
            """);
        foreach (var table in tables)
        {
            contents.AddRange(await Lines($"select '{table} ' || each::text from {table} as each order by 1"));
        }

        return contents;
    }
}
