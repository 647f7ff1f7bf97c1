using System.Text.RegularExpressions;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>
/// What became of each log line: at every moment <c>emitted = shipped + queued + dropped</c>. A line is queued from the moment it is admitted until
/// its fate is known, on its way too.
/// </summary>
public sealed class Ledger
{
    readonly Lock gate = new();
    readonly long[] dropped = new long[Reasons.Count];
    long emitted, shipped, queued, bytes;

    /// <summary>The reasons to drop a line, as they are called in metrics.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
        [.. Enum.GetNames<DropReason>().Select(name => Regex.Replace(name, "(?<=.)[A-Z]", "_$0").ToLowerInvariant())];

    /// <summary>Takes a line into the queue, or counts it as dropped where there is no room.</summary>
    /// <param name="size">The bytes that it takes while it waits.</param>
    /// <param name="maxCount">So many lines may wait.</param>
    /// <param name="maxBytes">And so many bytes.</param>
    internal bool Admit(long size, int maxCount, long maxBytes)
    {
        lock (gate)
        {
            emitted++;
            if (size > maxBytes)
            {
                dropped[(int)DropReason.TooLarge]++;
                return false;
            }

            if (queued >= maxCount || bytes + size > maxBytes)
            {
                dropped[(int)DropReason.QueueFull]++;
                return false;
            }

            queued++;
            bytes += size;
            return true;
        }
    }

    /// <summary>A queued line has arrived.</summary>
    internal void Ship(long size)
    {
        lock (gate)
        {
            shipped++;
            Leave(size);
        }
    }

    /// <summary>A queued line is given up.</summary>
    internal void Drop(long size, DropReason reason)
    {
        lock (gate)
        {
            dropped[(int)reason]++;
            Leave(size);
        }
    }

    /// <summary>All numbers of one moment.</summary>
    public LedgerState Read()
    {
        lock (gate)
        {
            return new(emitted, shipped, queued, [.. dropped]);
        }
    }

    void Leave(long size)
    {
        queued--;
        bytes -= size;
    }
}

/// <summary>A ledger at one moment.</summary>
/// <param name="Emitted">Lines that were meant for Elasticsearch.</param>
/// <param name="Shipped">Lines that Elasticsearch has.</param>
/// <param name="Queued">Lines that wait or are on their way.</param>
/// <param name="Dropped">Lines that were given up, in the order of <see cref="Ledger.Reasons"/>.</param>
public sealed record LedgerState(long Emitted, long Shipped, long Queued, IReadOnlyList<long> Dropped)
{
    /// <summary>Returns the numbers as a sentence for the log.</summary>
    public override string ToString()
    {
        var reasons = Ledger.Reasons.Zip(Dropped).Where(reason => reason.Second > 0).Select(reason => $"{reason.First} {reason.Second}").ToArray();
        return $"{Emitted} emitted, {Shipped} shipped, {Queued} queued, {Dropped.Sum()} dropped{(reasons.Length > 0 ? $" ({string.Join(", ", reasons)})" : "")}";
    }
}
