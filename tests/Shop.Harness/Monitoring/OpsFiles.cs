using Shop.Harness.Processes;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Shop.Harness.Monitoring;

/// <summary>The files of <c>ops/prometheus</c> and <c>ops/alertmanager</c>.</summary>
public static class OpsFiles
{
    static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .IgnoreUnmatchedProperties()
        .Build();

    /// <summary>Folder <c>ops</c>.</summary>
    public static string Ops { get; } = Path.Combine(Checkout.Root, "ops");

    /// <summary>The folder of Prometheus.</summary>
    public static string Prometheus { get; } = Path.Combine(Ops, "prometheus");

    /// <summary>Alertmanager's configuration without receivers.</summary>
    public static string Alertmanager { get; } = Path.Combine(Ops, "alertmanager", "alertmanager.yml");

    /// <summary>Script that prints the configuration with the receivers that its environment names.</summary>
    public static string Configure { get; } = Path.Combine(Ops, "alertmanager", "configure.sh");

    /// <summary>Prometheus' configurations, one per way to run the shop.</summary>
    public static IReadOnlyList<string> Configurations { get; } = Files(Prometheus, "*.yml");

    /// <summary>Rule files of every configuration.</summary>
    public static IReadOnlyList<string> RuleFiles { get; } = Files(Path.Combine(Prometheus, "rules"), "*.yml");

    /// <summary>promtool's unit tests.</summary>
    public static IReadOnlyList<string> UnitTestFiles { get; } = Files(Path.Combine(Prometheus, "tests"), "*.yml");

    /// <summary>List of the alerts, beside their runbooks.</summary>
    public static string ListOfAlerts { get; } = Path.Combine(Ops, "runbooks", "README.md");

    /// <summary>The runbooks, one per alert.</summary>
    public static IEnumerable<string> Runbooks { get; } = Files(Path.Combine(Ops, "runbooks"), "*.md").Where(file => file != ListOfAlerts);

    /// <summary>All rules: alerts and recorded expressions.</summary>
    public static IReadOnlyList<Rule> Rules { get; } = [.. RuleFiles.SelectMany(RulesIn)];

    /// <summary>The rules that are alerts.</summary>
    public static IEnumerable<Rule> Alerts => Rules.Where(rule => rule.Alert is not null);

    /// <summary>Names of the alerts.</summary>
    public static IReadOnlyList<string> AlertNames { get; } = [.. Alerts.Select(rule => rule.Alert!)];

    /// <summary>The cases in <see cref="UnitTestFiles"/>.</summary>
    public static IReadOnlyList<UnitTest> UnitTests { get; } = [.. UnitTestFiles.SelectMany(file => Read<UnitTestFile>(file).Tests)];

    /// <summary>Reads the rules of a file.</summary>
    public static IEnumerable<Rule> RulesIn(string file) => Read<RuleFile>(file).Groups.SelectMany(group => group.Rules);

    /// <summary>Reads a YAML file.</summary>
    public static T Read<T>(string file) => Yaml.Deserialize<T>(File.ReadAllText(file));

    static string[] Files(string folder, string pattern) => [.. Directory.EnumerateFiles(folder, pattern).Order()];
}
