namespace Shop.Shared.Data;

/// <summary>
/// Reads rows by id, those asked for at the same moment in one query. The query begins after the request came, so the row is as fresh as
/// one read alone: there is no cache that could be stale.
/// </summary>
/// <typeparam name="TId">The id's type.</typeparam>
/// <typeparam name="TRow">What Dapper makes of a row.</typeparam>
public sealed class RowReader<TId, TRow> : IAsyncDisposable
    where TId : notnull
    where TRow : class
{
    readonly ConnectionPool pool;
    readonly string sql;
    readonly Func<TRow, TId> idOf;
    readonly Batcher<TId, TRow?> batch;

    /// <param name="name">Names the batch in the metrics.</param>
    /// <param name="pool">The pool of the connection.</param>
    /// <param name="options">The bounds of a batch.</param>
    /// <param name="sql">A query for the rows whose ids are in the array <c>@ids</c>.</param>
    /// <param name="idOf">A row's id.</param>
    public RowReader(string name, ConnectionPool pool, BatchOptions options, string sql, Func<TRow, TId> idOf)
    {
        this.pool = pool;
        this.sql = sql;
        this.idOf = idOf;
        batch = new(name, options, ReadAll, sharedBy: id => id);
    }

    /// <summary>Reads one row.</summary>
    /// <returns>The row, or null where there is none.</returns>
    /// <exception cref="OverloadedException">Too many reads are waiting.</exception>
    public Task<TRow?> Read(TId id, CancellationToken cancelled) => batch.Run(id, cancelled);

    /// <summary>Answers the reads that wait, and closes.</summary>
    public ValueTask DisposeAsync() => batch.DisposeAsync();

    async Task<IReadOnlyList<TRow?>> ReadAll(IReadOnlyList<TId> ids)
    {
        var rows = await pool.Read<TRow>(sql, new { ids = ids.ToArray() });
        var byId = rows.ToDictionary(idOf);
        return [.. ids.Select(byId.GetValueOrDefault)];
    }
}
