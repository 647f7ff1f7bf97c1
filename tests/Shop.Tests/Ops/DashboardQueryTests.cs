using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>What dashboards ask, asked of a real Prometheus that watches a shop at work and its database.</summary>
public sealed partial class DashboardQueryTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Stands for the spans of time that Grafana chooses by the width of a graph: a dozen scrapes.</summary>
    const string Step = "12s";

    /// <summary>How long numbers may take to come that are rates over what has come before.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The jobs of the shop, as a regular expression.</summary>
    string Services => string.Join('|', new[] { Layout.Products.Service, Layout.Orders.Service, Layout.Users.Service }.Distinct());

    [Test]
    public async Task Every_panel_of_a_shop_at_work_shows_something_and_every_name_in_it_is_known()
    {
        await Furnish();
        await using var exporter = StartExporter(out var address);
        await using var monitoring = await MonitoringServers.Start(Layout, Shop, ("postgres", address));
        await using var faults = await Sabotage.Inserts(Database, "users.users", "out of order");
        await using var customers = new Customers(Shop);
        var queries = Dashboard.Every.SelectMany(dashboard => dashboard.Queries).ToArray();
        var choices = Dashboard.Every.SelectMany(dashboard => dashboard.Variables)
            .Select(variable => variable["query"] as JsonObject).OfType<JsonObject>().Select(query => (string)query["query"]!).ToArray();
        Assert.That(queries, Is.Not.Empty);
        Assert.That(choices, Is.Not.Empty);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Remaining(queries.Where(query => !query.IsElsewhere), query => HasData(monitoring, query)), Is.Empty, "without data");
            Assert.That(await Remaining(queries, query => AreNamesKnown(monitoring, query)), Is.Empty, "with an unknown metric or label");
            Assert.That(await Remaining(queries.Where(query => query.ShowsExemplars), query => HasExemplars(monitoring, query)), Is.Empty, "without exemplars");
            Assert.That(await Remaining(choices, query => HasChoice(monitoring, query)), Is.Empty, "variables without a choice");
        }
    }

    MonitoringProgram StartExporter(out string address)
    {
        var database = new NpgsqlConnectionStringBuilder(Database.OwnerConnectionString);
        var exporter = Tool.PostgresExporter.OrIgnore().With(
            ("DATA_SOURCE_URI", $"{database.Host}:{database.Port}/{database.Database}?sslmode=disable"),
            ("DATA_SOURCE_USER", database.Username!),
            ("DATA_SOURCE_PASS", database.Password!));
        return new(exporter, address = Loopback.FreeAddress());
    }

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
    async Task<bool> HasData(MonitoringServers monitoring, Query query) =>
        (await monitoring.Query(query.Sent(Step, Services)))
            .Any(series => double.TryParse(series.GetProperty("value")[1].GetString(), CultureInfo.InvariantCulture, out var value) && double.IsFinite(value));

    async Task<bool> HasExemplars(MonitoringServers monitoring, Query query) => (await monitoring.Exemplars(query.Sent(Step, Services))).Count > 0;

    /// <summary>Whether there is what each selector of a query looks for, with every label that it names, in its legend too.</summary>
    async Task<bool> AreNamesKnown(MonitoringServers monitoring, Query query)
    {
        var expression = query.Sent(Step, Services);
        var known = new HashSet<string>();
        foreach (var selector in Expressions.Selectors(expression))
        {
            var labels = Elsewhere.Has(selector)
                ? Elsewhere.Every[Elsewhere.MetricOf(selector)].Labels
                : (await monitoring.Series(selector)).SelectMany(series => series.EnumerateObject()).Select(label => label.Name).ToArray();
            if (labels.Length == 0)
            {
                return false;
            }

            known.UnionWith(labels);
        }

        return known.IsSupersetOf(Expressions.Labels(expression)) && known.IsSupersetOf(query.Legend);
    }

    /// <summary>Whether a variable's <c>label_values(selector, label)</c> finds any.</summary>
    async Task<bool> HasChoice(MonitoringServers monitoring, string query)
    {
        var parts = LabelValues().Match(query).Groups;
        return (await monitoring.Series(Query.Chosen(parts["selector"].Value, Services))).Any(series => series.TryGetProperty(parts["label"].Value, out _));
    }

    [GeneratedRegex(@"^label_values\((?<selector>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}
