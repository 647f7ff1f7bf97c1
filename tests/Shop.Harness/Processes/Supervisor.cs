using Shop.Shared.Hosting;

namespace Shop.Harness.Processes;

/// <summary>
/// Runs programs side by side. When one of them ends, or this process is asked to stop, all are stopped: the first one last, because it holds
/// the database. A second signal is passed on, so that hosts do not wait for requests in flight.
/// </summary>
/// <param name="stop">Asks for the stop.</param>
/// <param name="log">Receives one line if a program ends on its own.</param>
public sealed class Supervisor(StopSignal stop, TextWriter log)
{
    const int Signaled = 128;

    // The program was stopped before it handled signals.
    const int Terminated = Signaled + (int)Signal.Terminate;

    readonly List<(string Name, ChildProcess Process)> programs = [];

    /// <summary>Whether a program has ended, or this process is asked to stop.</summary>
    public bool IsStopping => stop.Asked.IsCancellationRequested || programs.Exists(program => program.Process.HasExited);

    /// <summary>Starts a program.</summary>
    /// <param name="name">Name in messages, for example "The Order host".</param>
    /// <param name="command">The program.</param>
    /// <param name="output">Where its output goes.</param>
    public ChildProcess Start(string name, Command command, ChildOutput output = ChildOutput.Inherited)
    {
        var process = new ChildProcess(command, output);
        Watch(name, process);
        return process;
    }

    /// <summary>Adds a program that is already running.</summary>
    public void Watch(string name, ChildProcess process) => programs.Add((name, process));

    /// <summary>Waits until a condition holds. Returns false if a program ends first, or this process is asked to stop.</summary>
    public async Task<bool> WaitUntil(Func<Task<bool>> condition)
    {
        while (!IsStopping)
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), stop.Asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    /// <summary>Waits until a program ends or this process is asked to stop, and stops all.</summary>
    /// <returns>Exit code: 0 if this process was asked to stop and every program has ended with 0, otherwise 1.</returns>
    public async Task<int> Run() => await WaitForEnd() & await Stop() ? 0 : 1;

    /// <summary>Waits until a program ends or this process is asked to stop. Logs which program has ended.</summary>
    /// <param name="over">Ends the wait, as if this process were asked to stop: from then on programs may end.</param>
    /// <returns>Whether this process was asked to stop.</returns>
    public async Task<bool> WaitForEnd(CancellationToken over = default)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop.Asked, over);
        await Task.WhenAny(programs.Select(program => program.Process.WaitForExit(waiting.Token)));
        await waiting.CancelAsync();
        var ended = stop.Asked.IsCancellationRequested || over.IsCancellationRequested ? default : programs.Find(program => program.Process.HasExited);
        if (ended.Process is not null)
        {
            // A program that cannot start prints the reason itself.
            if (programs.Count > 1)
            {
                await log.WriteLineAsync($"{ended.Name} has ended with exit code {ended.Process.ExitCode}. Stopping the others.");
            }
            else if (ended.Process.ExitCode > Signaled)
            {
                await log.WriteLineAsync($"{ended.Name} has ended by signal {ended.Process.ExitCode - Signaled}.");
            }
        }

        return ended.Process is null;
    }

    /// <summary>Stops all programs, the first one last.</summary>
    /// <returns>Whether the first one has ended with exit code 0 and the others with 0 or by SIGTERM.</returns>
    public async Task<bool> Stop()
    {
        var processes = programs.Select(program => program.Process);
        return await Stop([.. processes.Skip(1)], mayBeTerminated: true) & await Stop([.. processes.Take(1)], mayBeTerminated: false);
    }

    /// <param name="processes">Programs to stop at the same time.</param>
    /// <param name="mayBeTerminated">Whether SIGTERM may end a program: it had not started to handle signals.</param>
    async Task<bool> Stop(List<ChildProcess> processes, bool mayBeTerminated)
    {
        processes.ForEach(Terminate);
        using var second = stop.Pressed.Register(() => processes.ForEach(Terminate));
        await Task.WhenAll(processes.Select(process => process.WaitForExit(CancellationToken.None)));
        return processes.TrueForAll(process => process.ExitCode == 0 || (mayBeTerminated && process.ExitCode == Terminated));
    }

    static void Terminate(ChildProcess process)
    {
        if (!process.HasExited)
        {
            Signals.TrySend(Signal.Terminate, process.Id);
        }
    }
}
