using Prometheus;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>The ledger of this process as metrics; all zero where nothing is sent to Elasticsearch.</summary>
static class LedgerMetrics
{
    static readonly Counter Emitted = Metrics.CreateCounter("shop_logs_emitted_total", "Log lines meant for Elasticsearch.");

    static readonly Counter Shipped = Metrics.CreateCounter("shop_logs_shipped_total", "Log lines that Elasticsearch has.");

    static readonly Gauge Queued = Metrics.CreateGauge("shop_logs_queued", "Log lines that wait or are on their way.");

    static readonly Counter Dropped = Metrics.CreateCounter("shop_logs_dropped_total", "Log lines that were given up, by reason.", ["reason"]);

    static readonly Counter.Child[] DroppedBy = [.. Ledger.Reasons.Select(reason => Dropped.WithLabels(reason))];

    static int started;

    /// <summary>The one ledger of the process.</summary>
    public static Ledger Ledger { get; } = new();

    /// <summary>Publishes the metrics and sets them before each scrape. Repeated calls have no further effect.</summary>
    public static void Start()
    {
        if (Interlocked.Exchange(ref started, 1) == 0)
        {
            // All values are of one moment, provided that pages are created one after the other, as MetricsPage does.
            Metrics.DefaultRegistry.AddBeforeCollectCallback(Show);
        }
    }

    static void Show()
    {
        var state = Ledger.Read();
        Emitted.IncTo(state.Emitted);
        Shipped.IncTo(state.Shipped);
        Queued.Set(state.Queued);
        for (var i = 0; i < DroppedBy.Length; i++)
        {
            DroppedBy[i].IncTo(state.Dropped[i]);
        }
    }
}
