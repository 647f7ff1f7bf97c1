using System.Globalization;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>A server whose processes are all stopped by SIGSTOP until it is disposed of.</summary>
public sealed class FrozenServer : IAsyncDisposable
{
    readonly IReadOnlyList<int> processes;

    FrozenServer(IReadOnlyList<int> processes) => this.processes = processes;

    /// <summary>Stops the processes.</summary>
    public static FrozenServer Freeze(PostgresServer server)
    {
        // The postmaster first, so that it starts no more processes.
        var postmaster = server.ProcessId;
        Signals.Send(Signal.Stop, postmaster);
        var children = File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            .ToList();
        children.ForEach(child => Signals.Send(Signal.Stop, child));
        return new([.. children, postmaster]);
    }

    /// <summary>Continues the processes.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            Signals.Send(Signal.Continue, process);
        }

        return ValueTask.CompletedTask;
    }
}
