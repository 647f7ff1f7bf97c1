namespace Shop.Shared.Hosting;

/// <summary>A database that a host has started for itself. It is migrated and accepts connections until it is disposed of.</summary>
public interface IHostedDatabase : IAsyncDisposable
{
    /// <summary>How the host connects, with the least rights that serve it.</summary>
    string ConnectionString { get; }

    /// <summary>Starts the server again where it has ended, at the same address. Returns only by an exception.</summary>
    /// <param name="stopping">Ends the watch.</param>
    /// <exception cref="StartupException">It has ended again soon after, or does not start.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    Task KeepRunning(CancellationToken stopping);
}
