using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>A real search engine, which the script that <c>SEARCH_ENGINE</c> names starts; where there is none, tests that need it are left out.</summary>
sealed class SearchEngine : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly HttpClient client = new();
    readonly string script;
    readonly string[] settings;
    int process;

    SearchEngine(string script, string[] settings) => (this.script, this.settings) = (script, settings);

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <param name="settings">Of the engine: <c>name=value</c>.</param>
    public static async Task<SearchEngine> Start(params string[] settings)
    {
        var script = Environment.GetEnvironmentVariable("SEARCH_ENGINE");
        if (string.IsNullOrEmpty(script))
        {
            Assert.Ignore("SEARCH_ENGINE names no script that starts a search engine");
        }

        var engine = new SearchEngine(script!, settings);
        await engine.Start(port: 0);
        await engine.Prepare();
        return engine;
    }

    /// <summary>Ends it as a machine that loses its power.</summary>
    public void Kill() => Signals.Send(Signal.Kill, process);

    /// <summary>Starts it again, with what it had.</summary>
    public Task StartAgain() => Start(Address.Port);

    /// <summary>From now on it does nothing, and its connections stay.</summary>
    public void Freeze() => Signals.Send(Signal.Stop, process);

    public void Thaw() => Signals.Send(Signal.Continue, process);

    /// <summary>Changes a setting of the data stream.</summary>
    public async Task Set(string setting, string value)
    {
        using var body = new StringContent($$"""{"{{setting}}": {{value}}}""", System.Text.Encoding.UTF8, "application/json");
        (await client.PutAsync(new Uri(Address, "/logs-shop-default/_settings"), body)).EnsureSuccessStatusCode();
    }

    /// <summary>Has <c>setup.sh</c> put there what the log lines want.</summary>
    public async Task Prepare()
    {
        var (exitCode, output) = await Isolated.Run("sh", [Path.Combine(OpsFiles.Ops, "elasticsearch", "setup.sh")], [("ELASTICSEARCH_URL", Address.ToString())]);
        Assert.That(exitCode, Is.Zero, output);
    }

    /// <summary>Deletes what <see cref="Prepare"/> has put there, and all lines.</summary>
    public async Task Forget()
    {
        (await client.DeleteAsync(new Uri(Address, "/_data_stream/logs-shop-default"))).EnsureSuccessStatusCode();
        (await client.DeleteAsync(new Uri(Address, "/_index_template/shop-logs"))).EnsureSuccessStatusCode();
    }

    /// <summary>Whether the lines are in a data stream, and not in an index of that name.</summary>
    public async Task<bool> HasStream() =>
        (await client.GetStringAsync(new Uri(Address, "/_data_stream/logs-shop-default"))).Contains("\"logs-shop-default\"", StringComparison.Ordinal);

    /// <summary>The documents in the data stream.</summary>
    public async Task<long> Count(string query = "*")
    {
        (await client.PostAsync(new Uri(Address, "/logs-shop-default/_refresh"), null)).EnsureSuccessStatusCode();
        var answer = await client.GetStringAsync(new Uri(Address, $"/logs-shop-default/_count?q={Uri.EscapeDataString(query)}"));
        return JsonDocument.Parse(answer).RootElement.GetProperty("count").GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        await Run("stop", $"{Address.Port}");
        client.Dispose();
        folder.Dispose();
    }

    async Task Start(int port)
    {
        var output = await Run(["start", $"{port}", Path.Combine(folder.Path, "data"), .. settings.SelectMany(setting => new[] { "-E", setting })]);
        var said = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
        Address = new(said["url"]);
        process = int.Parse(said["pid"], CultureInfo.InvariantCulture);
    }

    async Task<string> Run(params string[] arguments)
    {
        // What it starts outlives it, and would keep its output open.
        var file = Path.Combine(folder.Path, "output");
        var (exitCode, _) = await Isolated.Run(
            "sh",
            ["-c", "exec \"$0\" \"$@\" >\"$OUTPUT\" 2>&1", script, .. arguments],
            [("OUTPUT", file), ("SEARCH_ENGINE_STATE", Path.Combine(folder.Path, "state")), ("SEARCH_ENGINE_JAVA_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")]);
        var output = await File.ReadAllTextAsync(file);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }
}
