using Npgsql;

namespace Shop.Shared.Data;

/// <summary>
/// The connections of a host for one kind of work, behind an admission limit of the same number. A caller who comes while all are in use waits for
/// at most a second, first come, first served, and is then refused; so Npgsql's own pool, where a wait would end in a time-out, has a connection for
/// whoever is admitted.
/// </summary>
public sealed class ConnectionPool : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly NpgsqlDataSource source;
    readonly SemaphoreSlim free;
    readonly Func<Task<bool>> databaseAnswers;
    readonly string name;
    readonly int size;

    /// <summary>Makes a pool that connects when it is first asked to, and disposes of the data source with itself.</summary>
    /// <param name="name">Label <c>pool</c> of the metrics.</param>
    /// <param name="size">Number of connections.</param>
    /// <param name="source">Where they come from; its own pool has at least that size.</param>
    /// <param name="databaseAnswers">Says whether the database answers: a pool is also full when all its connections wait for one that does not.</param>
    public ConnectionPool(string name, int size, NpgsqlDataSource source, Func<Task<bool>> databaseAnswers)
    {
        (this.name, this.size, this.source, this.databaseAnswers) = (name, size, source, databaseAnswers);
        free = new(size);
        PoolMetrics.Register(name);
    }

    /// <summary>Does something with a connection of the pool.</summary>
    /// <typeparam name="TResult">What comes of it.</typeparam>
    /// <param name="work">Is given the open connection, which it neither closes nor keeps.</param>
    /// <param name="cancelled">Gives up waiting for the connection.</param>
    /// <exception cref="OverloadedException">All connections were in use for a second.</exception>
    /// <exception cref="ConnectionFailedException">
    /// There is no connection to be had, for a reason that is none of PostgreSQL's or Npgsql's; or all were in use, and the database does not answer.
    /// </exception>
    /// <exception cref="NpgsqlException">PostgreSQL refused the connection, or could not be reached.</exception>
    public async Task<TResult> Use<TResult>(Func<NpgsqlConnection, Task<TResult>> work, CancellationToken cancelled = default)
    {
        await Admit(cancelled);
        try
        {
            await using var connection = await Open(cancelled);
            return await Use(connection, work);
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Closes the connections that are idle, and those in use when they come back.</summary>
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        free.Dispose();
    }

    async Task<TResult> Use<TResult>(NpgsqlConnection connection, Func<NpgsqlConnection, Task<TResult>> work)
    {
        try
        {
            return await work(connection);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            // "cached plan must not change result type", after a migration. Npgsql 10 marks the statement as not prepared and keeps its slot, and then throws an
            // InvalidOperationException at each statement that it would prepare on this connection.
            source.Clear();
            throw;
        }
    }

    async Task<NpgsqlConnection> Open(CancellationToken cancelled)
    {
        try
        {
            return await source.OpenConnectionAsync(cancelled);
        }
        // A name that cannot be resolved, a file of certificates that is missing.
        catch (Exception fault) when (fault is not (NpgsqlException or OperationCanceledException))
        {
            throw new ConnectionFailedException(fault);
        }
    }

    async Task Admit(CancellationToken cancelled)
    {
        if (free.Wait(0, CancellationToken.None))
        {
            return;
        }

        PoolMetrics.Waiting.WithLabels(name).Inc();
        try
        {
            if (!await free.WaitAsync(Patience, cancelled))
            {
                PoolMetrics.Refused.WithLabels(name).Inc();
                var full = new OverloadedException($"All {size} connections of the pool {name} have been in use for {Patience.TotalSeconds:0} s.");
                throw await databaseAnswers() ? full : new ConnectionFailedException(full);
            }
        }
        finally
        {
            PoolMetrics.Waiting.WithLabels(name).Dec();
        }
    }
}

/// <summary>No connection could be made: the host's name cannot be resolved, or a file that the connection string names cannot be read.</summary>
public sealed class ConnectionFailedException(Exception inner) : Exception($"No connection to the database: {inner.GetBaseException().Message}", inner);
