using System.Diagnostics;

namespace Shop.Tests.Running;

/// <summary>Waits for a condition, and never for a time.</summary>
public static class Wait
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <param name="patience">How long to wait; 30 seconds if nothing is said.</param>
    /// <exception cref="TimeoutException">It has not come to hold in that time.</exception>
    public static async Task Until(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience))
            {
                throw new TimeoutException($"Waited in vain for {what}.");
            }

            await Task.Delay(Pause);
        }
    }
}
