using Shop.Tests.Architecture;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Shop.Tests.Ops;

/// <summary>What stands in <c>ops/prometheus</c> and <c>ops/alertmanager</c>.</summary>
static class OpsFiles
{
    static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .IgnoreUnmatchedProperties()
        .Build();

    public static string Ops { get; } = Path.Combine(Repository.Root, "ops");

    /// <summary>The folder of Prometheus.</summary>
    public static string Prometheus { get; } = Path.Combine(Ops, "prometheus");

    /// <summary>Alertmanager's own configuration, which tells nobody.</summary>
    public static string Alertmanager { get; } = Path.Combine(Ops, "alertmanager", "alertmanager.yml");

    /// <summary>The script that prints that configuration with the receivers that its environment names.</summary>
    public static string Configure { get; } = Path.Combine(Ops, "alertmanager", "configure.sh");

    /// <summary>Prometheus' configurations, one for each way to run the shop.</summary>
    public static IReadOnlyList<string> Configurations { get; } = Files(Prometheus, "*.yml");

    /// <summary>The files of rules that every configuration has.</summary>
    public static IReadOnlyList<string> RuleFiles { get; } = Files(Path.Combine(Prometheus, "rules"), "*.yml");

    /// <summary>promtool's unit tests.</summary>
    public static IReadOnlyList<string> UnitTestFiles { get; } = Files(Path.Combine(Prometheus, "tests"), "*.yml");

    /// <summary>The list of the alerts, beside their runbooks.</summary>
    public static string ListOfAlerts { get; } = Path.Combine(Ops, "runbooks", "README.md");

    public static IEnumerable<string> Runbooks { get; } = Files(Path.Combine(Ops, "runbooks"), "*.md").Where(file => file != ListOfAlerts);

    public static IReadOnlyList<Rule> Rules { get; } = [.. RuleFiles.SelectMany(RulesIn)];

    public static IEnumerable<Rule> Alerts => Rules.Where(rule => rule.Alert is not null);

    /// <summary>The names of the alerts.</summary>
    public static IReadOnlyList<string> AlertNames { get; } = [.. Alerts.Select(rule => rule.Alert!)];

    public static IReadOnlyList<UnitTest> UnitTests { get; } = [.. UnitTestFiles.SelectMany(file => Read<UnitTestFile>(file).Tests)];

    public static IEnumerable<Rule> RulesIn(string file) => Read<RuleFile>(file).Groups.SelectMany(group => group.Rules);

    public static T Read<T>(string file) => Yaml.Deserialize<T>(File.ReadAllText(file));

    static string[] Files(string folder, string pattern) => [.. Directory.EnumerateFiles(folder, pattern).Order()];
}

public sealed class RuleFile
{
    public List<RuleGroup> Groups { get; init; } = [];
}

public sealed class RuleGroup
{
    public List<Rule> Rules { get; init; } = [];
}

/// <summary>An alert, or an expression that is recorded.</summary>
public sealed class Rule
{
    public string? Alert { get; init; }

    public string? Record { get; init; }

    public string Expr { get; init; } = "";

    public Dictionary<string, string> Labels { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];

    public override string ToString() => Alert ?? Record ?? "";
}

public sealed class UnitTestFile
{
    public List<UnitTest> Tests { get; init; } = [];
}

/// <summary>One course of events, and what is asked of alerts at moments of it.</summary>
public sealed class UnitTest
{
    public List<AlertAtMoment> AlertRuleTest { get; init; } = [];
}

public sealed class AlertAtMoment
{
    public string Alertname { get; init; } = "";

    public string EvalTime { get; init; } = "";

    public List<object> ExpAlerts { get; init; } = [];

    public bool Fires => ExpAlerts.Count > 0;
}

/// <summary>A configuration of Prometheus, as far as it is of interest here.</summary>
public sealed class PrometheusConfiguration
{
    public GlobalSettings Global { get; init; } = new();

    public List<string> RuleFiles { get; init; } = [];

    public List<ScrapeJob> ScrapeConfigs { get; init; } = [];
}

public sealed class GlobalSettings
{
    public string ScrapeInterval { get; init; } = "";

    public string EvaluationInterval { get; init; } = "";
}

public sealed class ScrapeJob
{
    public string JobName { get; init; } = "";
}

/// <summary>A configuration of Alertmanager, as far as it is of interest here.</summary>
public sealed class AlertmanagerConfiguration
{
    public List<Receiver> Receivers { get; init; } = [];
}

public sealed class Receiver
{
    public string Name { get; init; } = "";

    public List<Dictionary<string, object>> WebhookConfigs { get; init; } = [];

    public List<Dictionary<string, object>> SlackConfigs { get; init; } = [];

    public List<Dictionary<string, object>> EmailConfigs { get; init; } = [];
}
