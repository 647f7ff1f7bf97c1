using System.Diagnostics;

namespace Shop.Shared.Telemetry;

/// <summary>
/// A token bucket of one second's size: so many a second may pass, on average, and after a pause as many at once. Without a lock: what is kept is
/// the moment at which the bucket will be full again.
/// </summary>
/// <param name="perSecond">Tokens a second; with 0 nothing passes.</param>
sealed class ReadBudget(int perSecond)
{
    readonly long cost = perSecond == 0 ? 0 : Stopwatch.Frequency / perSecond;
    long fullAt;

    /// <summary>Takes a token.</summary>
    /// <returns>False where none is left.</returns>
    public bool Take()
    {
        while (perSecond > 0)
        {
            var (now, seen) = (Stopwatch.GetTimestamp(), Volatile.Read(ref fullAt));
            var then = Math.Max(now, seen) + cost;
            if (then - now > Stopwatch.Frequency)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref fullAt, then, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }
}
