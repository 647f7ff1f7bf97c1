using System.Globalization;
using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>A server whose processes are all stopped by SIGSTOP until it is disposed of.</summary>
public sealed class FrozenServer : IAsyncDisposable
{
    FrozenServer(IReadOnlyList<int> processes) => Processes = processes;

    /// <summary>Ids of the processes; the postmaster's is the last.</summary>
    internal IReadOnlyList<int> Processes { get; }

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
        foreach (var process in Processes)
        {
            // The process may have been killed meanwhile.
            Signals.TrySend(Signal.Continue, process);
        }

        return ValueTask.CompletedTask;
    }
}
