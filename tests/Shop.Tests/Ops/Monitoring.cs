using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shop.Tests.Running;
using YamlDotNet.Serialization;

namespace Shop.Tests.Ops;

/// <summary>
/// A real Prometheus and a real Alertmanager that watch a shop, with the configuration in <c>ops/</c>. Other than there: the addresses;
/// what cannot run here is left out; and, for tests, everything happens every second, so that nobody waits for it.
/// </summary>
sealed class Monitoring : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly ConcurrentQueue<Notice> notices = new();
    WebApplication? webhook;
    RunningTool? alertmanager;
    RunningTool? prometheus;

    Monitoring()
    {
    }

    /// <summary>What the webhook was told so far.</summary>
    public IReadOnlyCollection<Notice> Notices => notices;

    /// <summary>Starts them in a hurry, and returns when Prometheus has scraped every target.</summary>
    /// <param name="exporters">What else it scrapes: the name of the job, and the host and port.</param>
    public static Task<Monitoring> Start(Layout layout, RunningShop shop, params (string Job, string Address)[] exporters) => Start(
        new Dictionary<string, Uri>
        {
            [layout.Products.Service] = shop.Products.BaseAddress!,
            [layout.Orders.Service] = shop.Orders.BaseAddress!,
            [layout.Users.Service] = shop.Users.BaseAddress!,
        },
        isHurried: true,
        exporters);

    /// <summary>Starts them and returns when Prometheus has scraped every target.</summary>
    /// <param name="services">The jobs, and where each of them listens.</param>
    /// <param name="isHurried">Whether everything happens every second, and not as often as in <c>ops/</c>.</param>
    /// <param name="exporters">What else it scrapes: the name of the job, and the host and port.</param>
    public static async Task<Monitoring> Start(
        IReadOnlyDictionary<string, Uri> services, bool isHurried, params (string Job, string Address)[] exporters)
    {
        var started = new Monitoring();
        try
        {
            await started.Begin(services, isHurried, exporters);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks Prometheus.</summary>
    /// <returns>The series of the answer, each with its labels (<c>metric</c>) and its value.</returns>
    public async Task<IReadOnlyList<JsonElement>> Query(string expression) =>
        [.. (await Ask($"query?query={Uri.EscapeDataString(expression)}")).GetProperty("result").EnumerateArray()];

    /// <summary>The labels of each series, past ones too, that a selector finds.</summary>
    public async Task<IReadOnlyList<JsonElement>> Series(string selector) =>
        [.. (await Ask($"series?match[]={Uri.EscapeDataString(selector)}")).EnumerateArray()];

    /// <summary>The series that an expression reads and that carry traces, each with them.</summary>
    public async Task<IReadOnlyList<JsonElement>> Exemplars(string expression)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return [.. (await Ask($"query_exemplars?query={Uri.EscapeDataString(expression)}&start={now - 3600}&end={now + 60}")).EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { prometheus, alertmanager, webhook })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        folder.Dispose();
    }

    async Task<JsonElement> Ask(string question)
    {
        using var answer = await prometheus!.Client.GetAsync($"/api/v1/{question}");
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("data")
            : throw new InvalidOperationException($"{Uri.UnescapeDataString(question)}: {text}");
    }

    async Task Begin(IReadOnlyDictionary<string, Uri> services, bool isHurried, (string Job, string Address)[] exporters)
    {
        var targets = services.ToDictionary(service => service.Key, service => service.Value.Authority);
        targets["prometheus"] = RunningTool.FreeAddress();
        targets["alertmanager"] = RunningTool.FreeAddress();

        var (_, receivers) = await Tool.Run("sh", [OpsFiles.Configure], [("ALERT_WEBHOOK_URL", await OpenWebhook())]);
        alertmanager = new(
            Tool.Alertmanager,
            targets["alertmanager"],
            $"--config.file={Write("alertmanager.yml", receivers)}",
            $"--storage.path={Path.Combine(folder.Path, "alertmanager")}",
            "--cluster.listen-address=");
        prometheus = new(
            Tool.Prometheus,
            targets["prometheus"],
            $"--config.file={Write("prometheus.yml", Configuration(targets, isHurried, exporters))}",
            "--enable-feature=exemplar-storage",
            $"--storage.tsdb.path={Path.Combine(folder.Path, "prometheus")}",
            $"--web.external-url=http://{targets["prometheus"]}",
            $"--web.console.templates={OpsFiles.Ops}");
        try
        {
            await Wait.Until(async () => await prometheus.IsReady() && (await Query("up == 1")).Count == targets.Count + exporters.Length, "the targets");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(string.Join('\n', alertmanager.Output.Concat(prometheus.Output)));
        }
    }

    /// <summary>The configuration that has a job for each of the targets, and its rules.</summary>
    string Configuration(Dictionary<string, string> targets, bool isHurried, IEnumerable<(string Job, string Address)> exporters)
    {
        var file = OpsFiles.Configurations.Single(file =>
            targets.Keys.ToHashSet().IsSubsetOf(OpsFiles.Read<PrometheusConfiguration>(file).ScrapeConfigs.Select(job => job.JobName)));
        foreach (var kind in new[] { "rules", "expected" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, kind));
            foreach (var rules in Directory.EnumerateFiles(Path.Combine(OpsFiles.Prometheus, kind)))
            {
                var text = File.ReadAllText(rules);
                Write(Path.Combine(kind, Path.GetFileName(rules)), isHurried ? text.Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal) : text);
            }
        }

        var configuration = OpsFiles.Read<Dictionary<string, object>>(file);
        if (isHurried)
        {
            configuration["global"] = new Dictionary<string, string> { ["scrape_interval"] = "1s", ["evaluation_interval"] = "1s" };
        }

        configuration["alerting"] = new Dictionary<string, object> { ["alertmanagers"] = new[] { Static(targets["alertmanager"]) } };
        configuration["scrape_configs"] = targets.Select(target => (Job: target.Key, Address: target.Value)).Concat(exporters)
            .Select(target => new Dictionary<string, object>(Static(target.Address)) { ["job_name"] = target.Job })
            .ToList();
        return new SerializerBuilder().Build().Serialize(configuration);
    }

    static Dictionary<string, object> Static(string target) =>
        new() { ["static_configs"] = new[] { new Dictionary<string, string[]> { ["targets"] = [target] } } };

    async Task<string> OpenWebhook()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        webhook = builder.Build();
        webhook.MapPost("/", async (HttpContext http) =>
        {
            foreach (var notice in (await http.Request.ReadFromJsonAsync<Message>())!.Alerts)
            {
                notices.Enqueue(notice);
            }
        });
        await webhook.StartAsync();
        return $"{webhook.Urls.Single()}/";
    }

    string Write(string name, string content)
    {
        var file = Path.Combine(folder.Path, name);
        File.WriteAllText(file, content);
        return file;
    }
}
