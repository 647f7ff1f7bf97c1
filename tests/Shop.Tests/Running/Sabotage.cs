namespace Shop.Tests.Running;

/// <summary>Makes a table refuse new rows, as no client could bring it about: until it is disposed of, each insert fails within the database.</summary>
public sealed class Sabotage : IAsyncDisposable
{
    readonly string table;

    Sabotage(string table) => this.table = table;

    /// <summary>Begins it.</summary>
    /// <param name="table">The table with its schema.</param>
    /// <param name="message">What the database says to whoever inserts.</param>
    public static async Task<Sabotage> Inserts(string table, string message)
    {
        await Sql.Run(
            $"""
            create function public.sabotage() returns trigger language plpgsql as $$ begin raise exception '{message}'; end $$;
            create trigger sabotage before insert on {table} execute function public.sabotage();
            """);
        return new(table);
    }

    public async ValueTask DisposeAsync() => await Sql.Run(
        $"""
        drop trigger sabotage on {table};
        drop function public.sabotage();
        """);
}
