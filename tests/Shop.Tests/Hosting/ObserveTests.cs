using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Hosting;

/// <summary><c>./build.sh Observe</c>: one process as in Run, and beside it a real Prometheus and a real Alertmanager.</summary>
[TestFixture]
sealed partial class ObserveTests() : BuildScriptTests("Observe", hosts: 1, Roles.Shop)
{
    [OneTimeSetUp]
    public void FindTools() => _ = (Tool.Prometheus.OrIgnore(), Tool.Alertmanager.OrIgnore());

    [Test]
    public async Task Every_target_is_up_Prometheus_knows_Alertmanager_and_there_is_something_wherever_it_says_to_look()
    {
        await using var run = await Start();
        using var prometheus = new HttpClient { BaseAddress = Place(run, "prometheus") };

        await Wait.Until(async () => (await Up(prometheus)).Order().SequenceEqual(["alertmanager", "prometheus", "shop"]), "every target to be up");
        await Wait.Until(
            async () => (await prometheus.GetStringAsync("/api/v1/alertmanagers")).Contains($"http://127.0.0.1:{Place(run, "alertmanager")!.Port}/", StringComparison.Ordinal),
            "Prometheus to know whom to tell");
        foreach (var place in new[] { "prometheus", "targets", "alerts", "runbooks", "alertmanager", "docs" })
        {
            Assert.That((int)(await prometheus.GetAsync(Place(run, place))).StatusCode, Is.EqualTo(200), place);
        }

        await Stop(run);
    }

    [TestCase("--storage.tsdb.path", "Prometheus has ended")]
    [TestCase("--cluster.listen-address", "Alertmanager has ended")]
    [TestCase("Shop.All.Host.dll", "The shop has ended")]
    public Task One_process_that_is_killed_stops_all_others_with_a_line_that_names_it(string word, string line) => KillingStopsAll(word, line);

    [TestCase("PRODUCT_PORT", "0")]
    [TestCase("ALERT_EMAIL_TO", "ann@example.com", Description = "without the server of the mail")]
    public async Task What_cannot_be_watched_is_refused_with_the_setting_at_fault(string key, string value)
    {
        await using var run = Script.Launch("Observe", (key, value));
        await run.WaitForExit();

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Lines, Has.Exactly(1).Contains(key));
        await Wait.Until(() => Task.FromResult(!Script.Processes().Any()), "the last process to end");
    }

    [TestCase("PROMETHEUS_PORT")]
    [TestCase("ALERTMANAGER_PORT")]
    public async Task A_port_that_is_taken_is_refused_with_the_setting_that_takes_another(string key)
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        await using var run = Script.Launch("Observe", (key, $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}"));
        await run.WaitForExit();

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Lines, Has.Exactly(1).Items.And.All.Contains(key));
    }

    protected override async Task IsComplete(ChildProcess run)
    {
        await Wait.Until(() => Task.FromResult(run.HasExited || Place(run, "alertmanager") is not null), "it to say where to look");
        Assert.That(Place(run, "alertmanager"), Is.Not.Null, string.Join('\n', run.Output));
    }

    /// <summary>Where to look, as it says.</summary>
    static Uri? Place(ChildProcess run, string name) =>
        run.Lines.Select(line => Line().Match(line)).FirstOrDefault(match => match.Groups["name"].Value == name) is { } match
            ? new(match.Groups["place"].Value)
            : null;

    static async Task<IEnumerable<string?>> Up(HttpClient prometheus)
    {
        using var answer = JsonDocument.Parse(await prometheus.GetStringAsync("/api/v1/query?query=up==1"));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => series.GetProperty("metric").GetProperty("job").GetString())];
    }

    [GeneratedRegex(@"^  (?<name>\w+) +(?<place>http://\S+)$")]
    private static partial Regex Line();
}
