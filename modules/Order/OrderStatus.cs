using System.Collections.Frozen;

namespace Shop.Order;

/// <summary>The states of an order and the steps between them.</summary>
static class OrderStatus
{
    public const string Pending = "pending";
    public const string Shipped = "shipped";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";

    static readonly FrozenDictionary<string, string[]> Steps = new Dictionary<string, string[]>
    {
        [Pending] = [Shipped, Cancelled],
        [Shipped] = [Completed],
        [Completed] = [],
        [Cancelled] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every state.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Shipped, Completed, Cancelled];

    /// <summary>The states that may follow a state; none where it is final.</summary>
    public static string[] After(string status) => Steps[status];
}
