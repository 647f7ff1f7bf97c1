namespace Shop.Harness.Monitoring;

/// <summary>A rule file of Prometheus.</summary>
public sealed class RuleFile
{
    /// <summary>Its groups.</summary>
    public List<RuleGroup> Groups { get; init; } = [];
}

/// <summary>A group of rules.</summary>
public sealed class RuleGroup
{
    /// <summary>Its rules.</summary>
    public List<Rule> Rules { get; init; } = [];
}

/// <summary>An alert, or an expression that is recorded.</summary>
public sealed class Rule
{
    /// <summary>Name of the alert, or null.</summary>
    public string? Alert { get; init; }

    /// <summary>Name of the recorded expression, or null.</summary>
    public string? Record { get; init; }

    /// <summary>The expression.</summary>
    public string Expr { get; init; } = "";

    /// <summary>Labels that it adds.</summary>
    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>Annotations of the alert.</summary>
    public Dictionary<string, string> Annotations { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Alert ?? Record ?? "";
}

/// <summary>A file of promtool's unit tests.</summary>
public sealed class UnitTestFile
{
    /// <summary>Its cases.</summary>
    public List<UnitTest> Tests { get; init; } = [];
}

/// <summary>A case of promtool's unit tests.</summary>
public sealed class UnitTest
{
    /// <summary>Expected alerts.</summary>
    public List<AlertAtMoment> AlertRuleTest { get; init; } = [];
}

/// <summary>The alerts that a unit test expects at a moment.</summary>
public sealed class AlertAtMoment
{
    /// <summary>Name of the alert.</summary>
    public string Alertname { get; init; } = "";

    /// <summary>The moment, as a duration from the beginning.</summary>
    public string EvalTime { get; init; } = "";

    /// <summary>Alerts expected to fire.</summary>
    public List<object> ExpAlerts { get; init; } = [];

    /// <summary>Whether the alert is expected to fire.</summary>
    public bool Fires => ExpAlerts.Count > 0;
}

/// <summary>A configuration of Prometheus, as far as it is read here.</summary>
public sealed class PrometheusConfiguration
{
    /// <summary>Intervals.</summary>
    public GlobalSettings Global { get; init; } = new();

    /// <summary>Patterns of its rule files.</summary>
    public List<string> RuleFiles { get; init; } = [];

    /// <summary>Its jobs.</summary>
    public List<ScrapeJob> ScrapeConfigs { get; init; } = [];
}

/// <summary>Intervals of Prometheus.</summary>
public sealed class GlobalSettings
{
    /// <summary>Interval between scrapes.</summary>
    public string ScrapeInterval { get; init; } = "";

    /// <summary>Interval between evaluations of the rules.</summary>
    public string EvaluationInterval { get; init; } = "";
}

/// <summary>A scrape job.</summary>
public sealed class ScrapeJob
{
    /// <summary>Name of the job.</summary>
    public string JobName { get; init; } = "";
}

/// <summary>A configuration of Alertmanager, as far as it is read here.</summary>
public sealed class AlertmanagerConfiguration
{
    /// <summary>Its receivers.</summary>
    public List<Receiver> Receivers { get; init; } = [];
}

/// <summary>A receiver of Alertmanager.</summary>
public sealed class Receiver
{
    /// <summary>Name of the receiver.</summary>
    public string Name { get; init; } = "";

    /// <summary>Webhooks.</summary>
    public List<Dictionary<string, object>> WebhookConfigs { get; init; } = [];

    /// <summary>Slack channels.</summary>
    public List<Dictionary<string, object>> SlackConfigs { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    public List<Dictionary<string, object>> EmailConfigs { get; init; } = [];
}
