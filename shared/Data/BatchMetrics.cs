using Prometheus;

namespace Shop.Shared.Data;

/// <summary>What every <see cref="Batcher{TRequest, TResult}"/> tells of itself, by the name of its batch.</summary>
static class BatchMetrics
{
    public static readonly Histogram Size = Metrics.CreateHistogram(
        "shop_batch_size", "Calls that left together as one batch.", ["batch"],
        new HistogramConfiguration { Buckets = Histogram.PowersOfTenDividedBuckets(0, 3, 4) });

    public static readonly Histogram Wait = Metrics.CreateHistogram(
        "shop_batch_wait_seconds", "Time from a call's arrival until its batch left.", ["batch"],
        new HistogramConfiguration { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    public static readonly Gauge Waiting = Metrics.CreateGauge(
        "shop_batch_waiting_calls", "Calls that wait for a batch to leave.", ["batch"]);

    public static readonly Counter Refused = Metrics.CreateCounter(
        "shop_batch_refused_total", "Calls refused because too many were waiting.", ["batch"]);

    public static readonly Counter Dropped = Metrics.CreateCounter(
        "shop_batch_dropped_total", "Calls whose client went away before their batch left.", ["batch"]);
}
