using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>A server that is stopped, and started again with the same settings when this is disposed of.</summary>
public sealed class StoppedServer : IAsyncDisposable
{
    readonly PostgresServer server;

    StoppedServer(PostgresServer server) => this.server = server;

    /// <summary>Stops the server and ends all its sessions (PostgreSQL manual, section 19.5: SIGINT).</summary>
    public static StoppedServer Stop(PostgresServer server)
    {
        Signals.Send(Signal.Interrupt, server.ProcessId);
        return new(server);
    }

    /// <summary>Starts the server.</summary>
    public async ValueTask DisposeAsync() => await server.StartAgain();
}
