using System.Diagnostics;

namespace Shop.Harness.Processes;

/// <summary>Waits for a condition or a time.</summary>
public static class Wait
{
    static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(90);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns when the condition holds.</summary>
    /// <param name="condition">Evaluated every 10 ms.</param>
    /// <param name="what">Completes the sentence "Timed out waiting for …".</param>
    /// <param name="timeout">90 s if null.</param>
    /// <exception cref="TimeoutException">The condition does not hold in time.</exception>
    public static async Task Until(Func<Task<bool>> condition, string what, TimeSpan? timeout = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > (timeout ?? DefaultTimeout))
            {
                throw new TimeoutException($"Timed out waiting for {what}.");
            }

            await Task.Delay(Interval);
        }
    }

    /// <inheritdoc cref="Until(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task Until(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        Until(() => Task.FromResult(condition()), what, timeout);

    /// <summary>Returns at a timestamp of <see cref="Stopwatch"/> or later. <see cref="Task.Delay(TimeSpan)"/> can return some milliseconds early.</summary>
    public static async Task UntilTime(long timestamp, CancellationToken cancelled)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is var remaining && remaining > TimeSpan.Zero)
        {
            await Task.Delay(remaining + OneMillisecond, cancelled);
        }
    }
}
