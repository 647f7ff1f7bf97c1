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
    readonly string name;
    readonly int size;

    /// <summary>Makes a pool that connects when it is first asked to, and disposes of the data source with itself.</summary>
    /// <param name="name">Label <c>pool</c> of the metrics.</param>
    /// <param name="size">Number of connections.</param>
    /// <param name="source">Where they come from; its own pool has at least that size.</param>
    public ConnectionPool(string name, int size, NpgsqlDataSource source)
    {
        (this.name, this.size, this.source) = (name, size, source);
        free = new(size);
        PoolMetrics.Register(name);
    }

    /// <summary>Takes a connection out of the pool. Whoever disposes of it gives it back.</summary>
    /// <exception cref="OverloadedException">All connections were in use for a second.</exception>
    /// <exception cref="ConnectionFailedException">There is no connection to be had, for a reason that is none of PostgreSQL's or Npgsql's.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL refused the connection, or could not be reached.</exception>
    public async Task<RentedConnection> Rent(CancellationToken cancelled = default)
    {
        await Admit(cancelled);
        try
        {
            return new(await source.OpenConnectionAsync(cancelled), free);
        }
        catch (Exception fault)
        {
            free.Release();
            // A name that cannot be resolved, a file of certificates that is missing.
            if (fault is NpgsqlException or OperationCanceledException)
            {
                throw;
            }

            throw new ConnectionFailedException(fault);
        }
    }

    /// <summary>Closes the connections that are idle, and those in use when they come back.</summary>
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        free.Dispose();
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
                throw new OverloadedException($"All {size} connections of the pool {name} have been in use for {Patience.TotalSeconds:0} s.");
            }
        }
        finally
        {
            PoolMetrics.Waiting.WithLabels(name).Dec();
        }
    }
}

/// <summary>A connection of a <see cref="ConnectionPool"/>, until it is disposed of.</summary>
public sealed class RentedConnection : IAsyncDisposable
{
    readonly SemaphoreSlim free;

    internal RentedConnection(NpgsqlConnection connection, SemaphoreSlim free) => (Connection, this.free) = (connection, free);

    /// <summary>The open connection. It is not to be disposed of by itself.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Gives it back. Called once.</summary>
    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        free.Release();
    }
}

/// <summary>No connection could be made: the host's name cannot be resolved, or a file that the connection string names cannot be read.</summary>
public sealed class ConnectionFailedException(Exception inner) : Exception($"No connection to the database: {inner.GetBaseException().Message}", inner);
