using Prometheus;

namespace Shop.Shared.Data;

/// <summary>What each <see cref="ConnectionPool"/> tells of its admission. <see cref="Telemetry.ConnectionMetrics"/> tells of its connections.</summary>
static class PoolMetrics
{
    public static readonly Gauge Waiting = Metrics.CreateGauge("shop_pool_waiting_callers", "Callers that wait for a connection of the pool.", ["pool"]);

    public static readonly Counter Refused = Metrics.CreateCounter(
        "shop_pool_refused_total", "Callers refused because all connections of the pool were in use for a second.", ["pool"]);

    /// <summary>Publishes both with value 0, so that <c>rate()</c> sees the first increment.</summary>
    public static void Register(string pool)
    {
        Waiting.WithLabels(pool).Publish();
        Refused.WithLabels(pool).Publish();
    }
}
