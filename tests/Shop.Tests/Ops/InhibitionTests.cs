using System.Net.Http.Json;
using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>What a real Alertmanager keeps back while another alert says all there is to say.</summary>
sealed class InhibitionTests
{
    TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("ServiceDown", "ServiceUnreachable")]
    [TestCase("ServiceDown", "HighErrorRate")]
    [TestCase("ServiceDown", "HighLatency")]
    [TestCase("ServiceUnreachable", "HighErrorRate")]
    [TestCase("ServiceUnreachable", "HighLatency")]
    [TestCase("AvailabilityBudgetBurnsFast", "AvailabilityBudgetBurnsSlowly")]
    public async Task An_alert_keeps_another_of_its_own_service_back_and_of_no_other(string source, string target)
    {
        await using var alertmanager = await Start();
        await Raise(alertmanager, source, job: "order-service");
        await Raise(alertmanager, target, job: "order-service");
        await Raise(alertmanager, target, job: "user-service");

        await Wait.Until(async () => await IsKeptBack(alertmanager, target, "order-service"), $"{target} to be kept back");
        Assert.That(await IsKeptBack(alertmanager, target, "user-service"), Is.False);
        Assert.That(await IsKeptBack(alertmanager, source, "order-service"), Is.False);
    }

    [TestCase("PostgresDown", "HighErrorRate")]
    [TestCase("PostgresDown", "HighLatency")]
    [TestCase("ElasticsearchDown", "LogsDropped")]
    public async Task What_every_service_stands_on_keeps_back_the_alerts_of_each(string source, string target)
    {
        await using var alertmanager = await Start();
        await Raise(alertmanager, source, job: "exporter");
        await Raise(alertmanager, target, job: "order-service");

        await Wait.Until(async () => await IsKeptBack(alertmanager, target, "order-service"), $"{target} to be kept back");
    }

    [TestCase("ServiceDown")]
    [TestCase("PostgresDown")]
    public async Task A_page_for_what_customers_meet_is_never_kept_back(string source)
    {
        await using var alertmanager = await Start();
        await Raise(alertmanager, source, job: "order-service");
        await Raise(alertmanager, "ServiceUnreachable", job: "order-service");
        await Raise(alertmanager, "HighLatency", job: "order-service");
        await Raise(alertmanager, "AvailabilityBudgetBurnsFast", job: "order-service");

        await Wait.Until(async () => await IsKeptBack(alertmanager, "HighLatency", "order-service"), "HighLatency to be kept back");
        Assert.That(await IsKeptBack(alertmanager, "AvailabilityBudgetBurnsFast", "order-service"), Is.False);
    }

    async Task<MonitoringProgram> Start()
    {
        var alertmanager = new MonitoringProgram(
            Tool.Alertmanager.OrIgnore(),
            Loopback.FreeAddress(),
            $"--config.file={OpsFiles.Alertmanager}",
            $"--storage.path={folder.Path}",
            "--cluster.listen-address=");
        await Wait.Until(alertmanager.IsReady, "Alertmanager");
        return alertmanager;
    }

    static async Task Raise(MonitoringProgram alertmanager, string alert, string job)
    {
        var alerts = new[] { new { labels = new { alertname = alert, job, module = "order" } } };
        (await alertmanager.Client.PostAsJsonAsync("/api/v2/alerts", alerts)).EnsureSuccessStatusCode();
    }

    static async Task<bool> IsKeptBack(MonitoringProgram alertmanager, string alert, string job)
    {
        var alerts = await alertmanager.Client.GetFromJsonAsync<JsonElement>($"/api/v2/alerts?filter=alertname={alert}&filter=job={job}");
        return alerts.EnumerateArray().Single().GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0;
    }
}
