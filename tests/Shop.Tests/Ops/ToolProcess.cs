using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Shop.Tests.Running;

namespace Shop.Tests.Ops;

/// <summary>A server of the Prometheus family that runs on a free port of loopback; each says where in the same words.</summary>
sealed partial class ToolProcess : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> output = new();
    readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ToolProcess(Process process) => this.process = process;

    public Uri Address => listening.Task.Result;

    /// <summary>Starts a program and returns when it listens.</summary>
    public static async Task<ToolProcess> Start(string program, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var started = new ToolProcess(new Process { StartInfo = start });
        started.process.OutputDataReceived += (_, line) => started.Read(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Read(line.Data);
        started.process.Start();
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        try
        {
            await (await Task.WhenAny(started.listening.Task, started.process.WaitForExitAsync()).Soon());
            return started.listening.Task.IsCompleted ? started : throw new InvalidOperationException($"{program} does not start:\n{string.Join('\n', started.output)}");
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    void Read(string? line)
    {
        output.Enqueue(line ?? "");
        if (Listening().Match(line ?? "") is { Success: true } found)
        {
            listening.TrySetResult(new Uri($"http://{found.Groups[1].Value}"));
        }
    }

    // The address that was bound, said by the library that all of them serve HTTP by.
    [GeneratedRegex(@"TLS is disabled\..* address=(\S+)")]
    private static partial Regex Listening();
}
