using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shop.Tests.Architecture;
using Shop.Tests.Running;

namespace Shop.Tests.Ops;

/// <summary>A real Prometheus with the rules of <c>ops/prometheus/</c>, which scrapes and evaluates every second.</summary>
sealed partial class PrometheusServer : IAsyncDisposable
{
    const string Flags = "--enable-feature=exemplar-storage --web.listen-address=127.0.0.1:0";

    readonly TemporaryFolder folder;
    readonly ToolProcess process;
    readonly HttpClient client;

    PrometheusServer(TemporaryFolder folder, ToolProcess process)
    {
        (this.folder, this.process) = (folder, process);
        client = new() { BaseAddress = process.Address };
    }

    /// <summary>Starts it. Without Prometheus on the machine, the test is ignored, or fails in CI.</summary>
    /// <param name="targets">What it scrapes, by the name of the job.</param>
    public static async Task<PrometheusServer> Start(IEnumerable<(string Job, Uri Address)> targets)
    {
        var program = Tool.Find("prometheus", "prometheus");
        var folder = new TemporaryFolder();
        foreach (var rules in Directory.EnumerateFiles(Path.Combine(Repository.Root, "ops", "prometheus", "rules"), "*.yml"))
        {
            // No test waits for the groups that are evaluated seldom.
            await File.WriteAllTextAsync(Path.Combine(folder.Path, $"rules-{Path.GetFileName(rules)}"), Interval().Replace(await File.ReadAllTextAsync(rules), ""));
        }

        var config = Path.Combine(folder.Path, "prometheus.yml");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            global = new { scrape_interval = "1s", scrape_timeout = "1s", evaluation_interval = "1s" },
            rule_files = new[] { Path.Combine(folder.Path, "rules-*.yml") },
            scrape_configs = targets.Select(target => new
            {
                job_name = target.Job,
                static_configs = new[] { new { targets = new[] { target.Address.Authority } } },
            }),
        }));
        return new(folder, await ToolProcess.Start(program, new Dictionary<string, string>(), [$"--config.file={config}", $"--storage.tsdb.path={folder.Path}/data", .. Flags.Split(' ')]));
    }

    /// <summary>The series that an expression has now, each with its labels and its value.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refuses the expression.</exception>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> Query(string expression)
    {
        var data = await Ask("query", ("query", expression));
        return
        [
            .. data.GetProperty("result").EnumerateArray().Select(series => (
                Labels(series.GetProperty("metric")),
                double.Parse(series.GetProperty("value")[1].GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>The labels of each series of a metric that there has been.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> Series(string metric) =>
        [.. (await Ask("series", ("match[]", metric))).EnumerateArray().Select(Labels)];

    /// <summary>How many series that an expression reads carry exemplars.</summary>
    public async Task<int> CountExemplars(string expression)
    {
        var now = DateTimeOffset.UtcNow;
        return (await Ask("query_exemplars", ("query", expression), ("start", $"{now.AddHours(-1):O}"), ("end", $"{now.AddMinutes(1):O}"))).GetArrayLength();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
        folder.Dispose();
    }

    static IReadOnlyDictionary<string, string> Labels(JsonElement labels) =>
        labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);

    async Task<JsonElement> Ask(string what, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        using var answer = await client.PostAsync($"/api/v1/{what}", form);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return json.GetProperty("status").GetString() == "success"
            ? json.GetProperty("data")
            : throw new InvalidOperationException($"{json.GetProperty("error").GetString()}: {string.Join(' ', parameters)}");
    }

    [GeneratedRegex(@"^ +interval: .+\n", RegexOptions.Multiline)]
    private static partial Regex Interval();
}
