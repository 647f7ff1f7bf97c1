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
/// what cannot run here is left out; and everything happens every second, so that nobody waits for it.
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

    /// <summary>Starts them and returns when Prometheus has scraped every target.</summary>
    public static async Task<Monitoring> Start(Layout layout, RunningShop shop)
    {
        var started = new Monitoring();
        try
        {
            await started.Begin(new Dictionary<string, Uri>
            {
                [layout.Products.Service] = shop.Products.BaseAddress!,
                [layout.Orders.Service] = shop.Orders.BaseAddress!,
                [layout.Users.Service] = shop.Users.BaseAddress!,
            });
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
    public async Task<IReadOnlyList<JsonElement>> Query(string expression)
    {
        using var answer = await prometheus!.Client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{expression}: {text}");
        }

        return [.. JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
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

    async Task Begin(Dictionary<string, Uri> services)
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
            $"--config.file={Write("prometheus.yml", Configuration(targets))}",
            $"--storage.tsdb.path={Path.Combine(folder.Path, "prometheus")}",
            $"--web.external-url=http://{targets["prometheus"]}",
            $"--web.console.templates={OpsFiles.Ops}");
        try
        {
            await Wait.Until(async () => await prometheus.IsReady() && (await Query("up == 1")).Count == targets.Count, "the targets");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(string.Join('\n', alertmanager.Output.Concat(prometheus.Output)));
        }
    }

    /// <summary>The configuration that has a job for each of the targets, and its rules.</summary>
    string Configuration(Dictionary<string, string> targets)
    {
        var file = OpsFiles.Configurations.Single(file =>
            targets.Keys.ToHashSet().IsSubsetOf(OpsFiles.Read<PrometheusConfiguration>(file).ScrapeConfigs.Select(job => job.JobName)));
        foreach (var kind in new[] { "rules", "expected" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, kind));
            foreach (var rules in Directory.EnumerateFiles(Path.Combine(OpsFiles.Prometheus, kind)))
            {
                Write(Path.Combine(kind, Path.GetFileName(rules)), File.ReadAllText(rules).Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal));
            }
        }

        var configuration = OpsFiles.Read<Dictionary<string, object>>(file);
        configuration["global"] = new Dictionary<string, string> { ["scrape_interval"] = "1s", ["evaluation_interval"] = "1s" };
        configuration["alerting"] = new Dictionary<string, object> { ["alertmanagers"] = new[] { Static(targets["alertmanager"]) } };
        configuration["scrape_configs"] = targets.Select(target => new Dictionary<string, object>(Static(target.Value)) { ["job_name"] = target.Key }).ToList();
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
