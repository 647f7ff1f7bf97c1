using System.Diagnostics;
using Shop.Shared.Hosting;

namespace Shop.Drill;

/// <summary>
/// Faults in a shop at work, which a real Prometheus and Alertmanager watch with the rules and intervals of <c>ops/</c>: each is injected,
/// waited for at the webhook, healed, and waited for again.
/// </summary>
sealed class FireDrill(MonitoringServers monitoring, Scoreboard scoreboard, CancellationToken cancelled)
{
    /// <summary>An alert that is only good to know is over at most five minutes before anybody is told (alertmanager.yml).</summary>
    static readonly TimeSpan ToResolve = TimeSpan.FromMinutes(8);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the drill on a shop of its own.</summary>
    /// <param name="server">Database of the shop.</param>
    /// <param name="stop">Ends the drill.</param>
    /// <returns>Whether every fault was reported in time and, after its end, resolved.</returns>
    public static async Task<bool> Run(PostgresServer server, StopSignal stop)
    {
        await using var shop = await DrilledShop.Open(server);
        await using var monitoring = await MonitoringServers.Start(shop.Addresses, everySecond: false);
        var supervisor = new Supervisor(stop, Console.Error);
        foreach (var (name, program) in monitoring.Programs)
        {
            supervisor.Watch(name, program);
        }

        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop.Asked);
        var drill = Run(shop, monitoring, cancelled.Token);
        await Task.WhenAny(drill, supervisor.WaitForEnd(cancelled.Token));
        // Without Prometheus or Alertmanager there is nothing to wait for.
        await cancelled.CancelAsync();
        return await drill;
    }

    static async Task<bool> Run(DrilledShop shop, MonitoringServers monitoring, CancellationToken cancelled)
    {
        await using var traffic = shop.Work();
        var soldOut = shop.SoldOut();
        Fault[] together = [shop.Errors(), shop.Slowness(), shop.Overload(), shop.Exhaustion()];
        Fault[] alone = [shop.DeadService(), shop.StoppedDatabase(), shop.FrozenDatabase()];
        var scoreboard = new Scoreboard([.. alone, .. together, soldOut]);
        var drill = new FireDrill(monitoring, scoreboard, cancelled);
        return await scoreboard.Show(async () =>
        {
            // Of what is sold out nobody is told in a hurry, so all others come and go meanwhile. A dead service and a dead database keep
            // other alerts back, so they come when those are over.
            var slow = drill.Have(soldOut);
            var found = (await Task.WhenAll(together.Select(drill.Have))).All(isFound => isFound);
            foreach (var fault in alone)
            {
                found &= await drill.Have(fault);
            }

            return found & await slow;
        });
    }

    async Task<bool> Have(Fault fault)
    {
        var before = monitoring.Notices.Count;
        var healing = await fault.Inject();
        bool[] fired;
        try
        {
            fired = await Task.WhenAll(fault.Alerts.Select(alert => Await(fault, alert, "firing", before, alert.Limit)));
            before = monitoring.Notices.Count;
        }
        finally
        {
            await healing.DisposeAsync();
        }

        var resolved = await Task.WhenAll(
            fault.Alerts.Where((_, i) => fired[i]).Select(alert => Await(fault, alert, "resolved", before, ToResolve)));
        return fired.Concat(resolved).All(isTold => isTold);
    }

    async Task<bool> Await(Fault fault, ExpectedAlert alert, string status, int before, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < limit)
        {
            if (monitoring.Notices.Skip(before).Any(notice => notice.Status == status && IsOf(notice, alert)))
            {
                scoreboard.Tell(fault, alert, status, Stopwatch.GetElapsedTime(began));
                return true;
            }

            scoreboard.Wait(fault, alert, status, Stopwatch.GetElapsedTime(began));
            await Task.Delay(Look, cancelled);
        }

        scoreboard.GiveUp(fault, alert, status, limit);
        return false;
    }

    static bool IsOf(Notice notice, ExpectedAlert alert) =>
        notice.Labels["alertname"] == alert.Name && alert.Labels.All(label => notice.Labels.GetValueOrDefault(label.Key) == label.Value);
}
