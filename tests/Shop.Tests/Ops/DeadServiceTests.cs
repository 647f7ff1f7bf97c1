using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>A real Prometheus and a real Alertmanager beside a shop of which a host dies.</summary>
[TestFixtureSource(typeof(Layout), nameof(Layout.Every))]
sealed class DeadServiceTests(Layout layout) : DatabaseTests
{
    static readonly TimeSpan ToBeToldOfADeadService = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_dead_service_is_told_of_within_a_minute_with_a_link_to_what_to_do()
    {
        await using var shop = await Sandbox.StartShop(layout);
        await using var monitoring = await MonitoringServers.Start(layout, shop);

        shop.OrderHosts[0].Send(Signal.Kill);

        await Wait.Until(
            () => Task.FromResult(monitoring.Notices.Any(notice =>
                notice is { Status: "firing" } && notice.Labels["alertname"] == "ServiceUnreachable" && notice.Labels["job"] == layout.Orders.Service)),
            "the alert",
            ToBeToldOfADeadService);
        var told = monitoring.Notices.First(notice => notice.Labels["alertname"] == "ServiceUnreachable");
        using var client = new HttpClient();
        Assert.That(await client.GetStringAsync(told.Annotations["runbook_url"]), Does.StartWith("# ServiceUnreachable"));
    }
}
