using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Shop.Harness.Processes;

/// <summary>Where the output of a <see cref="ChildProcess"/> goes.</summary>
public enum ChildOutput
{
    /// <summary>Into <see cref="ChildProcess.Output"/>.</summary>
    Captured,

    /// <summary>Standard output into <see cref="ChildProcess.Output"/>, standard error to ours.</summary>
    CapturedWithoutErrors,

    /// <summary>Into pipes that nobody reads.</summary>
    Unread,

    /// <summary>To our own standard output and standard error.</summary>
    Inherited,
}

/// <summary>
/// A program that this process has started. It is the leader of a process group of its own, and on Linux it gets SIGTERM if this process dies.
/// </summary>
public class ChildProcess : IAsyncDisposable
{
    static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(90);

    static readonly TimeSpan SecondSignalDelay = TimeSpan.FromSeconds(1);

    readonly Process process;
    readonly string program;
    readonly ConcurrentQueue<string> output = new();
    bool isDisposed;

    /// <summary>Starts the program and does not wait for anything.</summary>
    public ChildProcess(Command command, ChildOutput mode = ChildOutput.Captured)
    {
        program = command.Program;
        process = ProcessStarter.Start(
            command,
            redirectOutput: mode is not ChildOutput.Inherited,
            redirectErrors: mode is ChildOutput.Captured or ChildOutput.Unread);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        if (mode is ChildOutput.Captured or ChildOutput.CapturedWithoutErrors)
        {
            process.BeginOutputReadLine();
        }

        if (mode is ChildOutput.Captured)
        {
            process.BeginErrorReadLine();
        }
    }

    /// <summary>Lines printed so far.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>Lines printed so far, without empty ones.</summary>
    public IEnumerable<string> Lines => output.Where(line => line.Length > 0);

    /// <summary>Process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Exit code of the ended process; 128 plus the signal's number if a signal ended it.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Address at which a host serves a module, as the host has printed it.</summary>
    public Uri AddressOf(string module) => new(
        Regex.Match(string.Join('\n', output), $@"\b{module} +(?:at )?(http://[0-9.:]+(?:/\w+)?)").Groups[1].Value);

    /// <summary>Waits until the given number of hosts have printed that they are up.</summary>
    /// <exception cref="InvalidOperationException">The process has ended, or the hosts are not up within 90 s.</exception>
    public async Task IsUp(int hosts = 1)
    {
        try
        {
            await Wait.Until(() => process.HasExited || output.Count(IsUpLine) >= hosts, "the hosts to be up");
        }
        catch (TimeoutException)
        {
            // Reported below, with the output.
        }

        if (output.Count(IsUpLine) < hosts)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"{program} does not come up:\n{string.Join('\n', output)}");
        }
    }

    /// <summary>Sends a signal to the process.</summary>
    public void Send(Signal signal) => Signals.Send(signal, process.Id);

    /// <summary>Sends a signal to the process and all others of its process group.</summary>
    public void SendToGroup(Signal signal) => Signals.Send(signal, -process.Id);

    /// <summary>Writes to the standard input.</summary>
    public async Task Type(string text)
    {
        await process.StandardInput.WriteAsync(text);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the process has ended and, if its output is captured, until nothing else writes to the same pipes.</summary>
    /// <param name="timeout">90 s if null.</param>
    /// <exception cref="TimeoutException">The process has not ended in time.</exception>
    public Task WaitForExit(TimeSpan? timeout = null) => process.WaitForExitAsync().WaitAsync(timeout ?? DefaultTimeout);

    /// <summary>Waits without a limit until the process has ended.</summary>
    public Task WaitForExit(CancellationToken cancelled) => process.WaitForExitAsync(cancelled);

    /// <summary>Ends the process: by SIGTERM, after 1 s by a second one, after 90 s by SIGKILL.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        if (!process.HasExited)
        {
            // A process that is stopped (SIGSTOP) handles SIGTERM only after SIGCONT.
            Signals.TrySend(Signal.Continue, process.Id);
            Signals.TrySend(Signal.Terminate, process.Id);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(SecondSignalDelay));
            if (!process.HasExited)
            {
                Signals.TrySend(Signal.Terminate, process.Id);
            }
        }

        try
        {
            await WaitForExit();
        }
        finally
        {
            process.Kill();
            process.Dispose();
        }
    }

    // The last line that a host prints about its addresses, as text or as JSON.
    static bool IsUpLine(string line) =>
        line.StartsWith("Try:", StringComparison.Ordinal) || line.Contains(" is up: ", StringComparison.Ordinal);

    void Read(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
