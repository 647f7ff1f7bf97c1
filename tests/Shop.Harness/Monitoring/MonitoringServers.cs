using System.Text.Json;
using Shop.Harness.Processes;
using Shop.Harness.Shops;

namespace Shop.Harness.Monitoring;

/// <summary>
/// A Prometheus and an Alertmanager that monitor a shop, with the configuration in <c>ops/</c>, and a webhook that receives the notifications.
/// </summary>
public sealed class MonitoringServers : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    Webhook? webhook;
    MonitoringProgram? alertmanager;
    MonitoringProgram? prometheus;

    MonitoringServers()
    {
    }

    /// <summary>The programs, by their names.</summary>
    public IEnumerable<(string Name, ChildProcess Process)> Programs => [("Prometheus", prometheus!), ("Alertmanager", alertmanager!)];

    /// <summary>Notifications received so far.</summary>
    public IReadOnlyCollection<Notice> Notices => webhook!.Notices;

    /// <summary>Starts a stack that scrapes and evaluates rules every second, and returns when Prometheus has scraped every target.</summary>
    /// <param name="layout">The shop's layout.</param>
    /// <param name="shop">The shop.</param>
    /// <param name="exporters">Job, and host and port, of other targets.</param>
    public static Task<MonitoringServers> Start(Layout layout, RunningShop shop, params (string Job, string Address)[] exporters) => Start(
        new Dictionary<string, Uri>
        {
            [layout.Products.Service] = shop.Products.BaseAddress!,
            [layout.Orders.Service] = shop.Orders.BaseAddress!,
            [layout.Users.Service] = shop.Users.BaseAddress!,
        },
        everySecond: true,
        exporters);

    /// <summary>Starts a stack and returns when Prometheus has scraped every target.</summary>
    /// <param name="services">Address of each service, by its job.</param>
    /// <param name="everySecond">Whether to scrape and to evaluate rules every second instead of at the intervals in <c>ops/</c>.</param>
    /// <param name="exporters">Job, and host and port, of other targets.</param>
    public static async Task<MonitoringServers> Start(
        IReadOnlyDictionary<string, Uri> services, bool everySecond, params (string Job, string Address)[] exporters)
    {
        var started = new MonitoringServers();
        try
        {
            await started.Begin(services, everySecond, exporters);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Evaluates an expression in Prometheus.</summary>
    /// <returns>The series of the result, each with its labels (<c>metric</c>) and its value.</returns>
    public async Task<IReadOnlyList<JsonElement>> Query(string expression) =>
        [.. (await Get($"query?query={Uri.EscapeDataString(expression)}")).GetProperty("result").EnumerateArray()];

    /// <summary>Returns the labels of each series that matches a selector, past ones too.</summary>
    public async Task<IReadOnlyList<JsonElement>> Series(string selector) =>
        [.. (await Get($"series?match[]={Uri.EscapeDataString(selector)}")).EnumerateArray()];

    /// <summary>Returns the series of an expression that have exemplars, with the exemplars.</summary>
    public async Task<IReadOnlyList<JsonElement>> Exemplars(string expression)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return [.. (await Get($"query_exemplars?query={Uri.EscapeDataString(expression)}&start={now - 3600}&end={now + 60}")).EnumerateArray()];
    }

    /// <summary>Stops the programs and removes their data.</summary>
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

    async Task<JsonElement> Get(string query)
    {
        using var response = await prometheus!.Client.GetAsync($"/api/v1/{query}");
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("data")
            : throw new InvalidOperationException($"{Uri.UnescapeDataString(query)}: {text}");
    }

    async Task Begin(IReadOnlyDictionary<string, Uri> services, bool everySecond, (string Job, string Address)[] exporters)
    {
        var targets = services.ToDictionary(service => service.Key, service => service.Value.Authority);
        targets["prometheus"] = Loopback.FreeAddress();
        targets["alertmanager"] = Loopback.FreeAddress();

        webhook = await Webhook.Open();
        var files = new MonitoringFiles(folder.Path);
        await files.WriteAlertmanager(KeyValuePair.Create("ALERT_WEBHOOK_URL", webhook.Address));
        files.WritePrometheus(targets, exporters, everySecond);
        alertmanager = new(Tool.Alertmanager, targets["alertmanager"], files.AlertmanagerArguments);
        prometheus = new(Tool.Prometheus, targets["prometheus"], files.PrometheusArguments(targets["prometheus"]));
        try
        {
            await Wait.Until(
                async () => await prometheus.IsReady() && (await Query("up == 1")).Count == targets.Count + exporters.Length,
                "Prometheus to scrape every target");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(string.Join('\n', alertmanager.Output.Concat(prometheus.Output)));
        }
    }
}
