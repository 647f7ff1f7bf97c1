namespace Shop.Shared.Hosting;

/// <summary>A database that a host has started for itself. It is migrated and accepts connections until it is disposed of.</summary>
public interface IHostedDatabase : IAsyncDisposable
{
    /// <summary>How the host connects, with the least rights that serve it.</summary>
    string ConnectionString { get; }
}
