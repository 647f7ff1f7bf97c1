using System.Globalization;
using Shop.Tests;
using Shop.Tests.Running;

namespace Shop.Drill;

/// <summary>The database's server, all of whose processes are stopped (SIGSTOP) until it is disposed of.</summary>
sealed class FrozenServer : IAsyncDisposable
{
    readonly IReadOnlyList<int> processes;

    FrozenServer(IReadOnlyList<int> processes) => this.processes = processes;

    /// <summary>Stops it.</summary>
    public static FrozenServer Freeze()
    {
        // First the one that would have more children.
        var server = TestDatabase.ServerProcess;
        RunningProcess.Send(Signal.Stop, server);
        var children = File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            .ToList();
        children.ForEach(child => RunningProcess.Send(Signal.Stop, child));
        return new([.. children, server]);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            RunningProcess.Send(Signal.Continue, process);
        }

        return ValueTask.CompletedTask;
    }
}
