using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>Rules for every dashboard of Grafana and every panel on it.</summary>
sealed partial class DashboardTests
{
    static readonly JsonSerializerOptions AsGrafanaWrites =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members that differ from one Grafana to the next, or from one save to the next.</summary>
    static readonly string[] Volatile = ["iteration", "pluginVersion", "version"];

    /// <summary>Variables that Grafana sets itself.</summary>
    static readonly string[] OfGrafana = ["__all", "__range", "__rate_interval", "__url_time_range", "__value"];

    /// <summary>Kinds of panels that show words and no numbers: there is nothing to have a unit or a threshold.</summary>
    static readonly string[] OfWords = ["alertGroups", "logs"];

    /// <summary>Its own source of annotations, which is always there.</summary>
    static readonly DataSource Grafana = new("-- Grafana --", "grafana", "", "");

    [Test]
    public void The_six_dashboards_are_there() => Assert.That(
        Dashboard.Every.Select(dashboard => dashboard.Uid),
        Is.EquivalentTo(["shop-overview", "shop-service", "shop-orders", "shop-runtime", "shop-postgresql", "shop-logs"]));

    // Grafana sorts the members of every object by their names when it exports a dashboard, and indents by two.
    [TestCaseSource(typeof(Dashboard), nameof(Dashboard.Every))]
    public void An_export_by_Grafana_changes_the_order_of_nothing(Dashboard dashboard)
    {
        Assert.That(dashboard.Text, Is.EqualTo(Sorted(dashboard.Json)!.ToJsonString(AsGrafanaWrites) + "\n"));
        Assert.That(dashboard.Json.ContainsKey("id") && dashboard.Json["id"] is null, "id is null: each Grafana gives its own");
        Assert.That(dashboard.Nodes.SelectMany(node => node.Select(member => member.Key)).Intersect(Volatile), Is.Empty);
    }

    [Test]
    public void Dashboards_panels_and_queries_are_told_apart()
    {
        Assert.That(Dashboard.Every.Select(dashboard => dashboard.Uid), Is.Unique);
        Assert.That(Dashboard.Every.Select(dashboard => (string?)dashboard.Json["title"]), Is.Unique.And.None.Empty);
        foreach (var dashboard in Dashboard.Every)
        {
            Assert.That(dashboard.Tiles.Select(tile => (int?)tile["id"]), Is.Unique.And.All.GreaterThan(0), dashboard.ToString());
            Assert.That(dashboard.Tiles.Select(tile => (string?)tile["title"]), Is.Unique.And.None.Empty, dashboard.ToString());
            foreach (var panel in dashboard.Panels)
            {
                Assert.That(panel.Targets.Select(target => (string?)target["refId"]), Is.Unique.And.None.Empty, panel.ToString());
            }
        }
    }

    [Test]
    public void Every_panel_says_what_it_shows_and_leads_on()
    {
        foreach (var panel in Dashboard.Every.SelectMany(dashboard => dashboard.Panels))
        {
            Assert.That(panel.Title, Is.Not.Empty, panel.ToString());
            Assert.That((string?)panel.Json["description"], Does.EndWith("."), panel.ToString());
            Assert.That(panel.Json["links"]?.AsArray(), Is.Not.Null.And.Not.Empty, panel.ToString());
            if (!OfWords.Contains(panel.Kind))
            {
                Assert.That((string?)panel.Defaults?["unit"], Is.Not.Null.And.Not.Empty, panel.ToString());
                Assert.That(panel.Defaults?["thresholds"]?["steps"]?.AsArray(), Is.Not.Null.And.Not.Empty, panel.ToString());
            }
        }
    }

    [Test]
    public void A_panel_without_a_source_in_the_single_process_says_so()
    {
        var without = Dashboard.Every.SelectMany(dashboard => dashboard.Panels)
            .Where(panel => panel.Targets.Any(target => (string?)target["datasource"]?["type"] == "elasticsearch") || (panel.Queries.Any() && panel.Queries.All(query => query.IsElsewhere)));
        foreach (var panel in without)
        {
            Assert.That((string?)panel.Defaults?["noValue"], Is.Not.Null.And.Not.Empty, panel.ToString());
        }
    }

    [Test]
    public void Panels_stand_on_the_grid_and_not_on_one_another()
    {
        foreach (var dashboard in Dashboard.Every)
        {
            var places = dashboard.Tiles.Select(tile => (Title: (string?)tile["title"], Area: Area(tile["gridPos"]!))).ToArray();
            foreach (var (title, (left, top, right, bottom)) in places)
            {
                Assert.That(left >= 0 && top >= 0 && right <= 24 && left < right && top < bottom, $"{dashboard}: {title}");
                Assert.That(
                    places.Where(other => other.Title != title && other.Area.Left < right && left < other.Area.Right && other.Area.Top < bottom && top < other.Area.Bottom),
                    Is.Empty,
                    $"{dashboard}: {title}");
            }
        }
    }

    [Test]
    public void Every_data_source_named_is_provided()
    {
        Assert.That(GrafanaProvisioning.DataSources.Select(source => source.Uid), Is.Unique);
        var known = GrafanaProvisioning.DataSources.Append(Grafana).Select(source => (source.Type, source.Uid)).ToArray();
        foreach (var dashboard in Dashboard.Every)
        {
            foreach (var panel in dashboard.Panels)
            {
                Assert.That(panel.Json["datasource"], Is.Not.Null, panel.ToString());
                Assert.That(panel.Targets.Where(target => target["datasource"] is null), Is.Empty, panel.ToString());
            }

            foreach (var source in dashboard.Nodes.Select(node => node["datasource"]).OfType<JsonObject>())
            {
                Assert.That(known, Does.Contain(((string?)source["type"], (string?)source["uid"])), dashboard.ToString());
            }
        }

        // This kind of panel names its source in its options, and by its name.
        Assert.That(
            Dashboard.Every.SelectMany(dashboard => dashboard.Panels).Select(panel => (string?)panel.Json["options"]?["alertmanager"]).OfType<string>(),
            Is.Not.Empty.And.SubsetOf(GrafanaProvisioning.DataSources.Where(source => source.Type == "alertmanager").Select(source => source.Name)));
    }

    [Test]
    public void Grafana_knows_how_often_Prometheus_scrapes()
    {
        var scraped = OpsFiles.Configurations.Select(file => OpsFiles.Read<PrometheusConfiguration>(file).Global.ScrapeInterval).Distinct();
        var known = Interval().Match(GrafanaProvisioning.DataSources.Single(source => source.Type == "prometheus").File).Groups[1].Value;

        Assert.That(scraped, Is.EqualTo([known]));
    }

    [Test]
    public void Every_variable_used_is_defined_and_every_one_defined_is_used()
    {
        foreach (var dashboard in Dashboard.Every)
        {
            var defined = dashboard.Variables.Select(variable => (string)variable["name"]!).ToArray();

            Assert.That(dashboard.Mentioned.Except(OfGrafana), Is.EquivalentTo(defined), dashboard.ToString());
            Assert.That(dashboard.Variables.Select(variable => (string?)variable["description"]), Is.All.EndsWith("."), dashboard.ToString());
        }
    }

    [Test]
    public void Every_link_leads_to_a_dashboard_that_is_there_and_sets_variables_that_it_has()
    {
        var links = Dashboard.Every.SelectMany(dashboard => dashboard.Nodes).Select(node => (string?)node["url"]).Where(url => !string.IsNullOrEmpty(url))
            .Concat(GrafanaProvisioning.DataSources.SelectMany(source => Url().Matches(source.File)).Select(url => url.Groups[1].Value).Where(url => url.StartsWith('/')))
            .ToArray();
        Assert.That(links, Is.Not.Empty);
        foreach (var link in links)
        {
            var (uid, query) = (Target().Match(link!).Groups[1].Value, link!.Contains('?', StringComparison.Ordinal) ? link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..] : "");
            var there = Dashboard.Every.SingleOrDefault(dashboard => dashboard.Uid == uid);
            Assert.That(there, Is.Not.Null, link);
            var set = HttpUtility.ParseQueryString(query).AllKeys.Where(key => key?.StartsWith("var-", StringComparison.Ordinal) == true).Select(key => key!["var-".Length..]);
            Assert.That(set, Is.SubsetOf(there!.Variables.Select(variable => (string)variable["name"]!)), link);
        }

        foreach (var dashboard in Dashboard.Every)
        {
            var tags = dashboard.Json["links"]!.AsArray().SelectMany(link => link!["tags"]!.AsArray()).Select(tag => (string)tag!);
            Assert.That(tags, Is.Not.Empty.And.SubsetOf(Dashboard.Every.SelectMany(other => other.Json["tags"]!.AsArray()).Select(tag => (string)tag!)), dashboard.ToString());
        }
    }

    [Test]
    public void No_expression_is_answered_by_a_constant()
    {
        foreach (var query in Dashboard.Every.SelectMany(dashboard => dashboard.Queries))
        {
            Assert.That(query.Expression, Does.Not.Match(@"\b(?:vector|absent|absent_over_time)\s*\("), query.ToString());
        }
    }

    [Test]
    public void What_is_said_to_be_elsewhere_is_asked_for()
    {
        var asked = Dashboard.Every.SelectMany(dashboard => dashboard.Queries).SelectMany(query => Expressions.Selectors(query.Expression)).Select(Elsewhere.MetricOf);

        Assert.That(Elsewhere.Every.Keys, Is.SubsetOf(asked.ToHashSet()));
    }

    // promtool reads no lone expressions: each is made a rule of its own.
    [Test]
    public async Task Every_expression_is_PromQL()
    {
        var promtool = Tool.Promtool.OrIgnore();
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "rules.yml");
        var rules = Dashboard.Every.SelectMany(dashboard => dashboard.Queries)
            .Select(query => new { record = NoLetter().Replace($"{query.Panel}_{query.RefId}", "_"), expr = query.Sent(step: "1m", services: "shop") });
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboards", rules } } }));

        var (exitCode, output) = await promtool.Run("check", "rules", "--lint=none", file);

        Assert.That(exitCode, Is.Zero, output);
    }

    static (int Left, int Top, int Right, int Bottom) Area(JsonNode place)
    {
        var (x, y) = ((int)place["x"]!, (int)place["y"]!);
        return (x, y, x + (int)place["w"]!, y + (int)place["h"]!);
    }

    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject here => new JsonObject(here.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\W")]
    private static partial Regex NoLetter();

    [GeneratedRegex(@"^ +timeInterval: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Interval();

    [GeneratedRegex(@"^/d/([\w-]+)(?:[/?]|$)")]
    private static partial Regex Target();

    [GeneratedRegex(@"^ +url: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Url();
}
