using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Shop.Tests.Ops;

/// <summary>Prometheus, Alertmanager or an exporter, running until it is disposed of.</summary>
sealed class RunningTool : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> output = new();

    /// <param name="tool">The program.</param>
    /// <param name="address">Where it listens: host and port.</param>
    /// <param name="arguments">All that it is told beside that.</param>
    public RunningTool(Tool tool, string address, params IEnumerable<string> arguments)
    {
        Client = new() { BaseAddress = new($"http://{address}") };
        process = tool.Start(arguments.Append($"--web.listen-address={address}"));
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    /// <summary>What it has printed so far.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>An address of loopback at which nobody listens. The programs must know each other's before they are there.</summary>
    public static string FreeAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return socket.LocalEndpoint.ToString()!;
    }

    /// <summary>Whether it says that it can serve.</summary>
    public async Task<bool> IsReady()
    {
        try
        {
            return (await Client.GetAsync("/-/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Ends it by force: it has nothing to lose.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Client.Dispose();
    }
}
