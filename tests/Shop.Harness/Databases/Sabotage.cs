using System.Globalization;

namespace Shop.Harness.Databases;

/// <summary>A trigger that makes the inserts or updates of a table fail or take longer, until it is disposed of.</summary>
public sealed class Sabotage : IAsyncDisposable
{
    readonly PostgresServer server;
    readonly string table;
    readonly string change;

    Sabotage(PostgresServer server, string table, string change) =>
        (this.server, this.table, this.change) = (server, table, change);

    /// <summary>Each insert fails.</summary>
    /// <param name="server">The server.</param>
    /// <param name="table">The table with its schema.</param>
    /// <param name="message">Error message of PostgreSQL.</param>
    public static Task<Sabotage> Inserts(PostgresServer server, string table, string message) => Begin(server, table, "insert", $"raise exception '{message}';");

    /// <summary>Each insert takes longer.</summary>
    /// <param name="server">The server.</param>
    /// <param name="table">The table with its schema.</param>
    /// <param name="seconds">Additional seconds per row.</param>
    public static Task<Sabotage> Inserts(PostgresServer server, string table, double seconds) => Begin(server, table, "insert", Sleep(seconds));

    /// <summary>Each update takes longer.</summary>
    /// <param name="server">The server.</param>
    /// <param name="table">The table with its schema.</param>
    /// <param name="seconds">Additional seconds per row.</param>
    public static Task<Sabotage> Updates(PostgresServer server, string table, double seconds) => Begin(server, table, "update", Sleep(seconds));

    /// <summary>Drops the trigger.</summary>
    public async ValueTask DisposeAsync() => await server.Run(
        $"""
        drop trigger {Name(table, change)} on {table};
        drop function public.{Name(table, change)}();
        """);

    static string Name(string table, string change) => $"sabotage_{change}_{table.Replace('.', '_')}";

    static string Sleep(double seconds) => string.Create(CultureInfo.InvariantCulture, $"perform pg_sleep({seconds}); return new;");

    static async Task<Sabotage> Begin(PostgresServer server, string table, string change, string what)
    {
        await server.Run(
            $"""
            create function public.{Name(table, change)}() returns trigger language plpgsql as $$ begin {what} end $$;
            create trigger {Name(table, change)} before {change} on {table} for each row execute function public.{Name(table, change)}();
            """);
        return new(server, table, change);
    }
}
