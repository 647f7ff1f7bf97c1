using System.Globalization;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>What became of log lines.</summary>
sealed record LedgerPage(long Emitted, long Shipped, long Queued, IReadOnlyDictionary<string, long> Dropped)
{
    public static readonly string[] Reasons = ["queue_full", "rejected", "too_large", "shutdown", "failed"];

    /// <summary>Whether each line is accounted for.</summary>
    public bool IsTrue => Emitted == Shipped + Queued + Dropped.Values.Sum();

    public static LedgerPage Of(LedgerState state) => new(
        state.Emitted, state.Shipped, state.Queued, Ledger.Reasons.Zip(state.Dropped).ToDictionary(reason => reason.First, reason => reason.Second));

    /// <summary>Reads it from a page of metrics.</summary>
    public static LedgerPage Of(string page) => new(
        Value(page, "shop_logs_emitted_total"),
        Value(page, "shop_logs_shipped_total"),
        Value(page, "shop_logs_queued"),
        Reasons.ToDictionary(reason => reason, reason => Value(page, $"shop_logs_dropped_total{{reason=\"{reason}\"}}")));

    public override string ToString() => $"{Emitted} emitted, {Shipped} shipped, {Queued} queued, dropped: {string.Join(", ", Dropped)}";

    static long Value(string page, string series) => page
        .Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Select(line => (long)double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture))
        .Sum();
}
