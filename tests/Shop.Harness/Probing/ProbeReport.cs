using System.Globalization;

namespace Shop.Harness.Probing;

/// <summary>Results of a <see cref="Probe"/> in an interval. A request belongs to the interval in which it completes.</summary>
/// <param name="Duration">Length of the interval.</param>
/// <param name="Successes">Number of orders with a 201 and reads with a 200.</param>
/// <param name="Failures">
/// Number of all other requests by reason: the status and the problem's code ("503 overloaded"), "timeout", or the error of
/// <see cref="HttpRequestException"/> ("ConnectionError").
/// </param>
/// <param name="Latency">Latency of the successes.</param>
/// <param name="LongestWithoutSuccess">Longest time within the interval without a success.</param>
/// <param name="LongestWithoutOrder">Longest time within the interval without a 201.</param>
/// <param name="AcknowledgedOrders">Ids of the orders with a 201.</param>
public sealed record ProbeReport(
    TimeSpan Duration,
    int Successes,
    IReadOnlyDictionary<string, int> Failures,
    ProbeLatency Latency,
    TimeSpan LongestWithoutSuccess,
    TimeSpan LongestWithoutOrder,
    IReadOnlyList<long> AcknowledgedOrders)
{
    /// <summary>Number of completed requests.</summary>
    public int Requests => Successes + Failed;

    /// <summary>Number of failed requests.</summary>
    public int Failed => Failures.Values.Sum();

    /// <summary>Returns the report in one line.</summary>
    public override string ToString()
    {
        var reasons = Failures.OrderByDescending(failure => failure.Value).Select(failure => $"{failure.Value} × {failure.Key}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Duration.TotalSeconds:0.0} s: {Requests} requests, {Failed} failed{(Failed > 0 ? $" ({string.Join(", ", reasons)})" : "")}; latency {Latency}; "
            + $"longest time without a success {LongestWithoutSuccess.TotalSeconds:0.00} s, without an order {LongestWithoutOrder.TotalSeconds:0.00} s");
    }
}

/// <summary>Percentiles of a latency, with two significant digits; 0 if there is none.</summary>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">Maximum.</param>
public sealed record ProbeLatency(TimeSpan P50, TimeSpan P90, TimeSpan P99, TimeSpan Max)
{
    /// <summary>Returns the percentiles in milliseconds.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {P50.TotalMilliseconds:0} ms, p90 {P90.TotalMilliseconds:0} ms, p99 {P99.TotalMilliseconds:0} ms, max {Max.TotalMilliseconds:0} ms");
}
