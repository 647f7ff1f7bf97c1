
namespace Shop.Drill;

/// <summary>One of the split hosts, on the same port of loopback whenever it runs.</summary>
sealed class Service : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly HostKind kind;
    readonly Dictionary<string, string> settings;
    HostProcess process;

    Service(HostKind kind, Dictionary<string, string> settings, HostProcess process, Uri address)
    {
        (this.kind, this.settings, this.process) = (kind, settings, process);
        Client = new() { BaseAddress = address, Timeout = Patience };
    }

    /// <summary>What it calls itself, and the job of Prometheus that scrapes it.</summary>
    public string Job => kind.Service;

    public HttpClient Client { get; }

    /// <summary>Starts it and returns when it is up.</summary>
    /// <param name="server">Its database.</param>
    /// <param name="kind">The host.</param>
    /// <param name="more">Its settings, beside the port and the database.</param>
    public static async Task<Service> Start(PostgresServer server, HostKind kind, params (string Key, string Value)[] more)
    {
        var port = Loopback.FreePort();
        var settings = more.Append(($"{kind.Name.ToUpperInvariant()}_PORT", $"{port}"))
            .Append(("ConnectionStrings__Shop", server.ConnectionString(kind.Role)))
            .ToDictionary();
        return new(kind, settings, await HostProcess.Start(kind.Name, settings), new($"http://127.0.0.1:{port}"));
    }

    /// <summary>Kills it, and starts it again when what is returned is disposed of.</summary>
    public IAsyncDisposable Kill()
    {
        process.Send(Signal.Kill);
        return new Healing(async () =>
        {
            await process.DisposeAsync();
            process = await HostProcess.Start(kind.Name, settings);
        });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
    }
}
