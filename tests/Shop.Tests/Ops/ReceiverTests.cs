using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>Whom Alertmanager tells, with the receivers that the environment names.</summary>
sealed class ReceiverTests
{
    static readonly (string Key, string Value)[] Webhook = [("ALERT_WEBHOOK_URL", "http://localhost:8080/alerts?a=1&b='2'#c")];

    static readonly (string Key, string Value)[] Slack =
        [("ALERT_SLACK_URL", "https://hooks.slack.example/services/T0/B0/x"), ("ALERT_SLACK_CHANNEL", "#shop")];

    static readonly (string Key, string Value)[] Mail =
    [
        ("ALERT_EMAIL_TO", "ann@example.com, \"O'Hara\" <bob@example.com>"), ("ALERT_EMAIL_FROM", "shop@example.com"),
        ("ALERT_SMTP_SERVER", "mail.example.com:587"), ("ALERT_SMTP_USER", "shop"), ("ALERT_SMTP_PASSWORD", """'it''s: \n {{ "$x" }} #1'"""), ("ALERT_SMTP_TLS", "false"),
    ];

    static readonly (string Key, string Value)[] Watchdog = [("ALERT_WATCHDOG_URL", "https://switch.example/ping")];

    static IEnumerable<(string Key, string Value)[]> EveryChoice =>
        from webhook in new[] { [], Webhook }
        from slack in new[] { [], Slack }
        from mail in new[] { [], Mail }
        from watchdog in new[] { [], Watchdog }
        select webhook.Concat(slack).Concat(mail).Concat(watchdog).ToArray();

    static IEnumerable<Rule> Alerts => OpsFiles.Alerts;

    [Test]
    public async Task Without_a_choice_the_configuration_is_the_one_in_the_repository_and_tells_nobody()
    {
        Assert.That(WithoutComments(await Configure()), Is.EqualTo(WithoutComments(await File.ReadAllTextAsync(OpsFiles.Alertmanager))));
        foreach (var receiver in OpsFiles.Read<AlertmanagerConfiguration>(OpsFiles.Alertmanager).Receivers)
        {
            Assert.That((receiver.WebhookConfigs.Count, receiver.SlackConfigs.Count, receiver.EmailConfigs.Count), Is.EqualTo((0, 0, 0)), receiver.Name);
        }
    }

    [Test]
    public async Task Alertmanager_takes_every_choice_of_receivers()
    {
        using var folder = new TemporaryFolder();
        foreach (var choice in EveryChoice)
        {
            var file = Path.Combine(folder.Path, "alertmanager.yml");
            await File.WriteAllTextAsync(file, await Configure(choice));

            var (exitCode, output) = await Tool.Amtool.OrIgnore().Run("check-config", file);

            Assert.That(exitCode, Is.Zero, string.Join(' ', choice) + output);
        }
    }

    [Test]
    public async Task Who_is_chosen_is_told_with_every_value_as_it_was_given()
    {
        foreach (var choice in EveryChoice)
        {
            using var folder = new TemporaryFolder();
            var file = Path.Combine(folder.Path, "alertmanager.yml");
            await File.WriteAllTextAsync(file, await Configure(choice));
            var receivers = OpsFiles.Read<AlertmanagerConfiguration>(file).Receivers.ToDictionary(receiver => receiver.Name);

            // Whether a channel is chosen, and the receiver's settings that its variables stand for, in their order.
            void Check(string name, Func<Receiver, List<Dictionary<string, object>>> channel, (string Key, string Value)[] variables, params string[] settings)
            {
                var chosen = variables.Length > 0 && choice.Contains(variables[0]);
                Assert.That(channel(receivers[name]), Has.Count.EqualTo(chosen ? 1 : 0), $"{name} of {string.Join(' ', choice)}");
                if (chosen)
                {
                    Assert.That(settings.Select(setting => channel(receivers[name])[0][setting]), Is.EqualTo(variables.Select(variable => variable.Value)));
                }
            }

            foreach (var severity in new[] { "critical", "warning", "info" })
            {
                Check(severity, receiver => receiver.WebhookConfigs, Webhook, "url");
                Check(severity, receiver => receiver.SlackConfigs, Slack, "api_url", "channel");
                Check(
                    severity,
                    receiver => receiver.EmailConfigs,
                    severity == "info" ? [] : Mail,
                    "to",
                    "from",
                    "smarthost",
                    "auth_username",
                    "auth_password",
                    "require_tls");
            }

            Check("none", receiver => receiver.WebhookConfigs, Watchdog, "url");
        }
    }

    [Test]
    public async Task A_secret_can_be_in_a_file()
    {
        using var folder = new TemporaryFolder();
        string[] secrets = ["ALERT_WEBHOOK_URL", "ALERT_SLACK_URL", "ALERT_SMTP_PASSWORD", "ALERT_WATCHDOG_URL"];
        (string Key, string Value)[] all = [.. Webhook, .. Slack, .. Mail, .. Watchdog];
        foreach (var secret in secrets)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, secret), all.Single(pair => pair.Key == secret).Value + "\n");
        }

        var inFiles = all.Select(pair => secrets.Contains(pair.Key) ? ($"{pair.Key}_FILE", Path.Combine(folder.Path, pair.Key)) : pair);

        Assert.That(await Configure([.. inFiles]), Is.EqualTo(await Configure(all)));
    }

    [Test]
    public async Task An_empty_file_is_no_choice()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "empty");
        await File.WriteAllTextAsync(file, "");

        Assert.That(await Configure(("ALERT_WEBHOOK_URL_FILE", file)), Is.EqualTo(await Configure()));
    }

    [Test]
    public async Task A_file_that_is_not_there_is_refused_with_the_variable_at_fault()
    {
        var (exitCode, output) = await RunConfigure([("ALERT_SLACK_URL_FILE", "/none/such")]);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("configure.sh: ALERT_SLACK_URL_FILE names a file that cannot be read: /none/such"));
    }

    [TestCase("ALERT_SMTP_SERVER", "ALERT_EMAIL_FROM=me@example.com")]
    [TestCase("ALERT_EMAIL_FROM", "ALERT_SMTP_SERVER=mail:25")]
    [TestCase("ALERT_SMTP_TLS", "ALERT_SMTP_SERVER=mail:25", "ALERT_EMAIL_FROM=me@example.com", "ALERT_SMTP_TLS=maybe")]
    public async Task A_choice_that_cannot_be_is_refused_with_the_variable_at_fault(string fault, params string[] settings)
    {
        var (exitCode, output) = await RunConfigure(
            [("ALERT_EMAIL_TO", "ann@example.com"), .. settings.Select(setting => (setting.Split('=')[0], setting.Split('=')[1]))]);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.StartWith("configure.sh: ").And.Contain(fault));
    }

    [TestCaseSource(nameof(Alerts))]
    public async Task Every_alert_goes_to_the_receiver_of_its_severity(Rule alert)
    {
        var severity = alert.Labels["severity"];

        Assert.That(await ReceiverOf($"alertname={alert.Alert}", $"severity={severity}", "job=shop"), Is.EqualTo(severity));
    }

    [Test]
    public async Task An_alert_of_no_severity_or_an_unknown_one_is_a_warning()
    {
        Assert.That(await ReceiverOf("alertname=New"), Is.EqualTo("warning"));
        Assert.That(await ReceiverOf("alertname=New", "severity=page"), Is.EqualTo("warning"));
    }

    [Test]
    public void What_keeps_back_and_what_is_kept_back_are_alerts_that_exist()
    {
        var named = Regex.Matches(File.ReadAllText(OpsFiles.Alertmanager), """alertname=~?"([^"]+)["]""").SelectMany(match => match.Groups[1].Value.Split('|')).Distinct().ToList();

        Assert.That(named, Is.Not.Empty);
        Assert.That(named, Is.SubsetOf(OpsFiles.AlertNames));
    }

    static async Task<string> ReceiverOf(params string[] labels)
    {
        var (exitCode, output) = await Tool.Amtool.OrIgnore().Run(["config", "routes", "test", $"--config.file={OpsFiles.Alertmanager}", .. labels]);
        Assert.That(exitCode, Is.Zero, output);
        return output.Split('\n')[0];
    }

    static async Task<string> Configure(params (string Key, string Value)[] choice)
    {
        var (exitCode, output) = await RunConfigure(choice);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    static Task<(int ExitCode, string Output)> RunConfigure((string Key, string Value)[] choice) =>
        Isolated.Run("sh", [OpsFiles.Configure], choice);

    static string WithoutComments(string configuration) => string.Join('\n', configuration.Split('\n').Where(line => !line.StartsWith('#')));
}
