using System.Globalization;

namespace Shop.Tests.Running;

/// <summary>Makes a table refuse new rows or be slow to change, as no client could bring it about, until it is disposed of.</summary>
public sealed class Sabotage : IAsyncDisposable
{
    readonly string table;
    readonly string change;

    Sabotage(string table, string change) => (this.table, this.change) = (table, change);

    /// <summary>Each insert fails within the database.</summary>
    /// <param name="table">The table with its schema.</param>
    /// <param name="message">What the database says to whoever inserts.</param>
    public static Task<Sabotage> Inserts(string table, string message) => Begin(table, "insert", $"raise exception '{message}';");

    /// <summary>Each insert takes so many seconds more for a row.</summary>
    /// <param name="table">The table with its schema.</param>
    public static Task<Sabotage> Inserts(string table, double seconds) => Begin(table, "insert", Sleep(seconds));

    /// <summary>Each update takes so many seconds more for a row.</summary>
    /// <param name="table">The table with its schema.</param>
    public static Task<Sabotage> Updates(string table, double seconds) => Begin(table, "update", Sleep(seconds));

    public async ValueTask DisposeAsync() => await Sql.Run(
        $"""
        drop trigger {Name(table, change)} on {table};
        drop function public.{Name(table, change)}();
        """);

    static string Name(string table, string change) => $"sabotage_{change}_{table.Replace('.', '_')}";

    static string Sleep(double seconds) => string.Create(CultureInfo.InvariantCulture, $"perform pg_sleep({seconds}); return new;");

    static async Task<Sabotage> Begin(string table, string change, string what)
    {
        await Sql.Run(
            $"""
            create function public.{Name(table, change)}() returns trigger language plpgsql as $$ begin {what} end $$;
            create trigger {Name(table, change)} before {change} on {table} for each row execute function public.{Name(table, change)}();
            """);
        return new(table, change);
    }
}
