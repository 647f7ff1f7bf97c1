using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Running;

/// <summary>A program that a test runs: what it prints, the signals that it is sent, and its end.</summary>
public partial class RunningProcess : IAsyncDisposable
{
    static readonly TimeSpan Hurry = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly ConcurrentQueue<string> output = new();
    bool isDisposed;

    /// <summary>Starts it and waits for nothing.</summary>
    /// <param name="program">Where it is, or its name on the path.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="settings">Its environment, on top of ours.</param>
    /// <param name="isRead">Whether anybody reads what it prints.</param>
    public RunningProcess(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> settings, bool isRead = true)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        if (isRead)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
    }

    /// <summary>Where these tests are: <c>artifacts/bin/Shop.Tests/{configuration}</c>.</summary>
    internal static DirectoryInfo Tests { get; } = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>What it has printed so far, line by line.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>What it has printed so far, without the lines that are empty.</summary>
    public IEnumerable<string> Lines => output.Where(line => line.Length > 0);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Where a module listens, by the module's name.</summary>
    public Uri AddressOf(string module) => new(
        Regex.Match(string.Join('\n', output), $@"\b{module} +(?:at )?(http://[0-9.:]+(?:/\w+)?)").Groups[1].Value);

    /// <summary>Returns when so many hosts have said that they are up.</summary>
    /// <exception cref="InvalidOperationException">It has ended, or has not come up within 30 seconds.</exception>
    public async Task IsUp(int hosts = 1)
    {
        try
        {
            await Wait.Until(() => Task.FromResult(process.HasExited || output.Count(SaysThatItIsUp) >= hosts), "it to come up");
        }
        catch (TimeoutException)
        {
            // Said below.
        }

        if (output.Count(SaysThatItIsUp) < hosts)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"{process.StartInfo.FileName} does not come up:\n{string.Join('\n', output)}");
        }
    }

    /// <summary>Sends a signal, or has the test left out where the process does not hear it.</summary>
    public void Send(Signal signal)
    {
        // Of its own accord it may ignore none.
        if (IsIgnored(signal, "self") && IsIgnored(signal, $"{process.Id}"))
        {
            Assert.Ignore($"It ignores {signal}, as all do that are started under nohup(1) or in a script's background.");
        }

        Send(signal, process.Id);
    }

    /// <summary>Sends a signal to it and to all others of its process group, of which it must be the leader.</summary>
    public void SendToGroup(Signal signal) => Send(signal, -process.Id);

    /// <summary>Types on its standard input.</summary>
    public async Task Type(string text)
    {
        await process.StandardInput.WriteAsync(text);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for the process to end by itself, and for all others that have its output.</summary>
    /// <param name="patience">How long to wait; 30 seconds if nothing is said.</param>
    /// <exception cref="TimeoutException">They have not ended in that time.</exception>
    public Task WaitForExit(TimeSpan? patience = null) => process.WaitForExitAsync().WaitAsync(patience ?? Patience);

    /// <summary>Ends the process, by force if need be.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (!process.HasExited)
        {
            // One that was stopped by a test must go on to hear the others; the last is for one that takes its time.
            _ = Kill(process.Id, (int)Signal.Continue);
            _ = Kill(process.Id, (int)Signal.Terminate);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(Hurry));
            _ = Kill(process.Id, (int)Signal.Terminate);
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

    /// <summary>A program of ours, built in the same configuration as these tests.</summary>
    protected static string Built(string project) => Path.Combine(Tests.Parent!.Parent!.FullName, project, Tests.Name, project);

    /// <summary>Sends a signal to any process, or with a negative number to a group.</summary>
    internal static void Send(Signal signal, int process)
    {
        if (Kill(process, (int)signal) != 0)
        {
            throw new InvalidOperationException($"Process {process} is not there to be sent {signal}.");
        }
    }

    // Whoever starts a program hands on what is ignored (signal(7)).
    static bool IsIgnored(Signal signal, string process)
    {
        const string Ignored = "SigIgn:";
        var status = $"/proc/{process}/status";
        var mask = File.Exists(status) ? File.ReadLines(status).Single(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..] : "0";
        return (long.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> ((int)signal - 1) & 1) != 0;
    }

    // The last that a host says of where it listens, to a developer and to programs.
    static bool SaysThatItIsUp(string line) =>
        line.StartsWith("Try:", StringComparison.Ordinal) || line.Contains(" is up: ", StringComparison.Ordinal);

    void Read(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>Signals by their numbers on Linux (signal(7)); of those used here, only the two that stop and continue differ on macOS.</summary>
public enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
