using System.Diagnostics;
using Prometheus;
using Shop.Shared.Data;

namespace Shop.Shared.Telemetry;

/// <summary>Gauges of what is in the database, read again when somebody scrapes and the last reading is old.</summary>
public static class Levels
{
    // A count over a million rows takes the server some 0.1 s, which is nothing four times a minute.
    static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Has <paramref name="read"/> set the gauges, at most every 15 seconds. A scrape does not wait for it, and shows the values of the time
    /// before; where the database is away, they stay.
    /// </summary>
    /// <param name="read">Reads and sets. A fault of the database is of no consequence.</param>
    public static void Watch(Func<Task> read)
    {
        var reading = Task.CompletedTask;
        var began = default(long?);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            if (reading.IsCompleted && (began is not { } last || Stopwatch.GetElapsedTime(last) > MaxAge))
            {
                began = Stopwatch.GetTimestamp();
                reading = Try(read);
            }
        });
    }

    static async Task Try(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception fault) when (DatabaseFaults.KindOf(fault) != FaultKind.Other)
        {
            // Readiness says what is wrong with the database, and the metrics of the pools which is full.
        }
    }
}
