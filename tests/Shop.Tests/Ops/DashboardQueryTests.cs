using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Ops;

/// <summary>What dashboards ask, asked of a real Prometheus that scrapes a shop with traffic.</summary>
public sealed partial class DashboardQueryTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Stands for the spans of time that Grafana chooses by the width of a graph: a dozen scrapes.</summary>
    const string Step = "12s";

    /// <summary>How long numbers may take to come that are rates over what has come before.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    ToolProcess exporter = null!;
    PrometheusServer prometheus = null!;
    string services = "";

    // Few may wait, so that the traffic meets 503s too.
    protected override Task<RunningShop> OpenShop() => RunningShop.Start(Layout, settings: [("Batches__MaxWaiting", "8")]);

    [OneTimeSetUp]
    public async Task Watch()
    {
        var database = new NpgsqlConnectionStringBuilder(TestDatabase.OwnerConnectionString);
        exporter = await ToolProcess.Start(
            Tool.Find("prometheus-postgres-exporter", "prometheus-postgres-exporter"),
            new Dictionary<string, string>
            {
                ["DATA_SOURCE_URI"] = $"{database.Host}:{database.Port}/{database.Database}?sslmode=disable",
                ["DATA_SOURCE_USER"] = database.Username!,
                ["DATA_SOURCE_PASS"] = database.Password!,
            },
            ["--web.listen-address=127.0.0.1:0"]);
        var hosts = new[] { (Layout.Products.Service, Shop.Products), (Layout.Orders.Service, Shop.Orders), (Layout.Users.Service, Shop.Users) }
            .DistinctBy(host => host.Service)
            .Select(host => (host.Service, host.Item2.BaseAddress!))
            .ToArray();
        services = string.Join('|', hosts.Select(host => host.Service));
        prometheus = await PrometheusServer.Start([.. hosts, ("postgres", exporter.Address)]);
    }

    [OneTimeTearDown]
    public async Task StopWatching()
    {
        if (prometheus is not null)
        {
            await prometheus.DisposeAsync();
        }

        if (exporter is not null)
        {
            await exporter.DisposeAsync();
        }

        await Shop.DisposeAsync();
    }

    [Test]
    public async Task Every_panel_of_a_shop_with_traffic_shows_something_and_every_name_in_it_is_known()
    {
        await Furnish();
        var queries = Dashboard.Every.SelectMany(dashboard => dashboard.Queries).ToArray();
        Assert.That(queries, Is.Not.Empty);

        await using var traffic = new Traffic(Shop);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Remaining(queries.Where(query => !query.IsElsewhere), HasData), Is.Empty, "without data");
            Assert.That(await Remaining(queries, AreNamesKnown), Is.Empty, "with an unknown metric or label");
            Assert.That(await Remaining(queries.Where(query => query.ShowsExemplars), HasExemplars), Is.Empty, "without exemplars");
            Assert.That(await Remaining(Choices(), HasChoice), Is.Empty, "variables without a choice");
        }
    }

    static IEnumerable<string> Choices() =>
        Dashboard.Every.SelectMany(dashboard => dashboard.Variables).Select(variable => variable["query"] as JsonObject).OfType<JsonObject>().Select(query => (string)query["query"]!);

    /// <summary>What does not come to hold the condition.</summary>
    static async Task<IReadOnlyCollection<T>> Remaining<T>(IEnumerable<T> all, Func<T, Task<bool>> condition)
    {
        var remaining = all.ToList();
        var began = Stopwatch.GetTimestamp();
        while (remaining.Count > 0 && Stopwatch.GetElapsedTime(began) < Patience)
        {
            foreach (var one in remaining.ToArray())
            {
                if (await condition(one))
                {
                    remaining.Remove(one);
                }
            }

            await Task.Delay(Pause);
        }

        return remaining;
    }

    /// <summary>Whether a query is answered, with a number: nothing divided by nothing is none.</summary>
    async Task<bool> HasData(Query query) => (await prometheus.Query(query.Sent(Step, services))).Any(series => double.IsFinite(series.Value));

    async Task<bool> HasExemplars(Query query) => await prometheus.CountExemplars(query.Sent(Step, services)) > 0;

    /// <summary>Whether there is each metric that a query names, with the labels asked of it, and the labels that its answer is told apart by.</summary>
    async Task<bool> AreNamesKnown(Query query)
    {
        var all = new HashSet<string>();
        foreach (var (metric, labels) in PromQl.Selectors(query.Expression))
        {
            var known = Elsewhere.Every.TryGetValue(metric, out var elsewhere)
                ? [.. elsewhere.Labels]
                : (await prometheus.Series(metric)).SelectMany(series => series.Keys).ToHashSet();
            if (known.Count == 0 || !known.IsSupersetOf(labels))
            {
                return false;
            }

            all.UnionWith(known);
        }

        return all.IsSupersetOf(PromQl.Grouped(query.Expression)) && all.IsSupersetOf(query.Legend);
    }

    /// <summary>Whether a variable's <c>label_values(metric, label)</c> finds any.</summary>
    async Task<bool> HasChoice(string query)
    {
        var (metric, label) = (LabelValues().Match(query).Groups["metric"].Value, LabelValues().Match(query).Groups["label"].Value);
        return (await prometheus.Series(metric.Replace("=\"$service\"", "=~\"$service\"", StringComparison.Ordinal).Replace("$service", services, StringComparison.Ordinal)))
            .Any(series => series.ContainsKey(label));
    }

    [GeneratedRegex(@"^label_values\((?<metric>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}
