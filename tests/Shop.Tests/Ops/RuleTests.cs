using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>Prometheus' configurations, rules and alerts, as they stand in <c>ops/prometheus</c>.</summary>
sealed class RuleTests
{
    static IEnumerable<string?> Configurations => OpsFiles.Configurations.Select(Path.GetFileName);

    static IReadOnlyList<string> AlertNames => OpsFiles.AlertNames;

    static IEnumerable<Rule> Alerts => OpsFiles.Alerts;

    [TestCaseSource(nameof(Configurations))]
    public async Task Prometheus_takes_the_configuration_with_its_rules(string name)
    {
        var (exitCode, output) = await Tool.Promtool.OrIgnore().Run("check", "config", Path.Combine(OpsFiles.Prometheus, name));

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain($"{OpsFiles.RuleFiles.Count + 1} rule files found"), "all of rules/, and one of expected/");
    }

    [TestCaseSource(nameof(Configurations))]
    public void Of_every_job_it_is_known_how_many_targets_are_to_be_up(string name)
    {
        var configuration = OpsFiles.Read<PrometheusConfiguration>(Path.Combine(OpsFiles.Prometheus, name));
        var expected = configuration.RuleFiles.Single(rules => rules.StartsWith("expected/", StringComparison.Ordinal));

        Assert.That(
            OpsFiles.RulesIn(Path.Combine(OpsFiles.Prometheus, expected)).Select(rule => rule.Labels["job"]),
            Is.EquivalentTo(configuration.ScrapeConfigs.Select(job => job.JobName)));
        Assert.That((configuration.Global.ScrapeInterval, configuration.Global.EvaluationInterval), Is.EqualTo(("5s", "5s")));
    }

    [Test]
    public async Task Every_alert_does_what_its_unit_tests_say()
    {
        var (exitCode, output) = await Tool.Promtool.OrIgnore().Run(["test", "rules", .. OpsFiles.UnitTestFiles]);

        Assert.That(exitCode, Is.Zero, output);
    }

    [TestCaseSource(nameof(AlertNames))]
    public void Every_alert_is_shown_to_fire_to_resolve_and_to_stay_quiet(string alert)
    {
        var courses = OpsFiles.UnitTests
            .Select(test => test.AlertRuleTest.Where(moment => moment.Alertname == alert).OrderBy(moment => Seconds(moment.EvalTime)).ToList())
            .Where(moments => moments.Count > 0)
            .ToList();

        Assert.That(courses.Any(moments => moments.Any(moment => moment.Fires)), "fires");
        if (alert == "Watchdog")
        {
            Assert.That(courses.SelectMany(moments => moments), Has.All.Property(nameof(AlertAtMoment.Fires)).True, "It is there to fire always.");
            return;
        }

        Assert.That(courses.Any(moments => moments.SkipWhile(moment => !moment.Fires).Any(moment => !moment.Fires)), "resolves");
        Assert.That(courses.Any(moments => moments.All(moment => !moment.Fires)), "stays quiet");
    }

    [TestCaseSource(nameof(Alerts))]
    public void Every_alert_says_how_bad_it_is_what_is_wrong_by_which_value_and_what_to_do(Rule alert)
    {
        Assert.That(alert.Labels["severity"], Is.AnyOf("critical", "warning", "info", "none"));
        Assert.That(alert.Annotations["summary"], Is.Not.Empty);
        Assert.That(alert.Annotations["description"], Does.Contain("$value"));
        Assert.That(alert.Annotations["runbook_url"], Is.EqualTo($"{{{{ $externalURL }}}}/consoles/runbooks/{alert.Alert}.md"));
    }

    [Test]
    public void Every_alert_has_a_runbook_of_one_screen_and_no_runbook_is_without_its_alert()
    {
        Assert.That(OpsFiles.Runbooks.Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(OpsFiles.AlertNames));
        Assert.That(
            Regex.Matches(File.ReadAllText(OpsFiles.ListOfAlerts), @"^\| \[(\w+)\]\(\1\.md\) \|.*\| (\w+) \|$", RegexOptions.Multiline)
                .Select(row => (row.Groups[1].Value, row.Groups[2].Value)),
            Is.EquivalentTo(Alerts.Select(alert => (alert.Alert, alert.Labels["severity"]))));
        foreach (var runbook in OpsFiles.Runbooks)
        {
            Assert.That(File.ReadAllLines(runbook), Has.Length.LessThan(50), runbook);
            // Prometheus serves it as a template.
            Assert.That(File.ReadAllText(runbook), Does.Not.Contain("{{"), runbook);
        }
    }

    [Test]
    public void No_expression_names_a_whole_number_as_le()
    {
        // Prometheus 3 stores it as 1.0, Prometheus 2 as it came.
        Assert.That(OpsFiles.Rules.Where(rule => Regex.IsMatch(rule.Expr, """\ble=~?"[0-9]+(\.0)?[|"]""")), Is.Empty);
    }

    static double Seconds(string duration) => Regex.Matches(duration, "([0-9]+)([smhd])").Sum(part =>
        double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * part.Groups[2].Value switch { "s" => 1, "m" => 60, "h" => 3600, _ => 86400 });
}
