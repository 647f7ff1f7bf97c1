using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Shop.Tests.Running;

/// <summary>A built host, running as a process of its own on free ports of loopback.</summary>
public sealed partial class HostProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly ConcurrentQueue<string> output = new();
    readonly TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    HostProcess(Process process) => this.process = process;

    /// <summary>What it has printed so far, line by line.</summary>
    public IReadOnlyCollection<string> Output => output;

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>Where a module listens, by the module's name.</summary>
    public Uri AddressOf(string module) => new(
        Regex.Match(string.Join('\n', output), $@"\b{module} +(?:at )?(http://[0-9.:]+(?:/\w+)?)").Groups[1].Value);

    /// <summary>Starts a host and returns when it is up.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, beside the free ports that it is given.</param>
    public static async Task<HostProcess> Start(string host, IReadOnlyDictionary<string, string> settings)
    {
        var started = Launch(host, settings);
        if (await Task.WhenAny(started.up.Task, started.process.WaitForExitAsync(), Task.Delay(Patience)) != started.up.Task)
        {
            await started.DisposeAsync();
            throw new InvalidOperationException($"{host} does not come up:\n{string.Join('\n', started.output)}");
        }

        return started;
    }

    /// <summary>Starts a host without waiting for anything.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, beside the free ports that it is given.</param>
    /// <param name="isRead">Whether anybody reads what it prints.</param>
    public static HostProcess Launch(string host, IReadOnlyDictionary<string, string> settings, bool isRead = true)
    {
        var start = new ProcessStartInfo(Program(host)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var port in new[] { "PRODUCT_PORT", "ORDER_PORT", "USER_PORT" })
        {
            start.Environment[port] = "0";
        }

        start.Environment["LOG_FORMAT"] = "text";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var launched = new HostProcess(new Process { StartInfo = start });
        launched.process.OutputDataReceived += (_, line) => launched.Read(line.Data);
        launched.process.ErrorDataReceived += (_, line) => launched.Read(line.Data);
        launched.process.Start();
        if (isRead)
        {
            launched.process.BeginOutputReadLine();
            launched.process.BeginErrorReadLine();
        }

        return launched;
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal)
    {
        if (Kill(process.Id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"Process {process.Id} is not there to be sent {signal}.");
        }
    }

    /// <summary>Waits for the process to end by itself.</summary>
    /// <exception cref="TimeoutException">It has not ended within 30 seconds.</exception>
    public Task WaitForExit() => process.WaitForExitAsync().WaitAsync(Patience);

    /// <summary>Ends the process, by force if need be.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            // One that was stopped by a test must go on to hear the other signal.
            Send(Signal.Continue);
            Send(Signal.Terminate);
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

    void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        output.Enqueue(line);
        // The last that it says of where it listens, to a developer and to programs.
        if (line.StartsWith("Try:", StringComparison.Ordinal) || line.Contains(" is up: ", StringComparison.Ordinal))
        {
            up.TrySetResult();
        }
    }

    /// <summary>The host built in the same configuration as these tests: <c>artifacts/bin/{project}/{configuration}</c>.</summary>
    static string Program(string host)
    {
        var ours = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(ours.Parent!.Parent!.FullName, $"Shop.{host}.Host", ours.Name, $"Shop.{host}.Host");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>Signals by their numbers on Linux (signal(7)); of those used here, only the two that stop and continue differ on macOS.</summary>
public enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
