using System.Diagnostics;
using HdrHistogram;

namespace Shop.Harness.Probing;

/// <summary>Counts the outcomes of one interval. All times are timestamps of <see cref="Stopwatch"/>.</summary>
sealed class ProbeTally(long began)
{
    const int SignificantDigits = 2;

    // In microseconds: 1 h.
    const long MaxLatency = 3_600_000_000;

    readonly LongHistogram latency = new(MaxLatency, SignificantDigits);
    readonly Dictionary<string, int> failures = [];
    readonly List<long> orders = [];
    readonly Gap withoutSuccess = new(began);
    readonly Gap withoutOrder = new(began);
    int successes;

    /// <summary>Counts a request.</summary>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="duration">Time from its intended start to its completion.</param>
    /// <param name="now">Time of its completion.</param>
    public void Add(ProbeOutcome outcome, TimeSpan duration, long now)
    {
        if (outcome.Failure is { } reason)
        {
            failures[reason] = failures.GetValueOrDefault(reason) + 1;
            return;
        }

        successes++;
        latency.RecordValue(Math.Min((long)duration.TotalMicroseconds, MaxLatency));
        withoutSuccess.End(now);
        if (outcome.Order is { } order)
        {
            orders.Add(order);
            withoutOrder.End(now);
        }
    }

    /// <summary>Returns the results until now.</summary>
    public ProbeReport Report(long now) => new(
        Stopwatch.GetElapsedTime(began, now),
        successes,
        new Dictionary<string, int>(failures),
        new(Percentile(50), Percentile(90), Percentile(99), Percentile(100)),
        withoutSuccess.LongestUntil(now),
        withoutOrder.LongestUntil(now),
        [.. orders]);

    // An empty histogram throws.
    TimeSpan Percentile(double percentile) => successes == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(latency.GetValueAtPercentile(percentile));

    /// <summary>The longest time between two events.</summary>
    sealed class Gap(long began)
    {
        long last = began;
        long longest;

        /// <summary>Notes an event.</summary>
        public void End(long now)
        {
            longest = Math.Max(longest, now - last);
            last = now;
        }

        public TimeSpan LongestUntil(long now) => Stopwatch.GetElapsedTime(0, Math.Max(longest, now - last));
    }
}

/// <summary>Outcome of a request.</summary>
/// <param name="Failure">Reason of a failure, or null.</param>
/// <param name="Order">Id of the order that was placed, or null.</param>
readonly record struct ProbeOutcome(string? Failure, long? Order = null);
