using Shop.Harness.Processes;

namespace Shop.Harness.Monitoring;

/// <summary>Prometheus, Alertmanager or an exporter, running until it is disposed of.</summary>
/// <param name="tool">The program.</param>
/// <param name="address">Host and port to listen on.</param>
/// <param name="arguments">Its other arguments.</param>
public sealed class MonitoringProgram(Tool tool, string address, params IReadOnlyList<string> arguments)
    : ChildProcess(tool.Command([.. arguments, $"--web.listen-address={address}"]))
{
    /// <summary>Client of its interface.</summary>
    public HttpClient Client { get; } = new() { BaseAddress = new($"http://{address}") };

    /// <summary>Whether it reports that it is ready.</summary>
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

    /// <summary>Ends it by SIGKILL: its data is temporary.</summary>
    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Signals.TrySend(Signal.Kill, Id);
        await base.DisposeAsync();
    }
}
