using Npgsql;
using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>
/// Runs a batch of orders until each call has a verdict, and sees to it that no call fails for the sake of its neighbours. An attempt that
/// fails has changed nothing (<see cref="CertainCommit"/>), so it may be made again, whole or in parts.
/// </summary>
/// <param name="attempt">
/// Judges the calls in one transaction. Answers a verdict a call, in order, or null when it was rolled back because another host was first
/// with a key: the next attempt finds what that host has committed.
/// </param>
sealed class BatchRecovery(Func<IReadOnlyList<OrderCall>, Task<IReadOnlyList<Verdict>?>> attempt)
{
    public async Task<IReadOnlyList<Verdict>> Run(IReadOnlyList<OrderCall> calls)
    {
        var mayRepeat = true;
        while (true)
        {
            try
            {
                if (await attempt(calls) is { } verdicts)
                {
                    return verdicts;
                }
            }
            catch (Exception fault) when (mayRepeat && (IsDeadlock(fault) || DatabaseFaults.IsConnectionLoss(fault)))
            {
                mayRepeat = false;
            }
            catch (LockTimeoutException timeout)
            {
                // Someone holds one of the things waited for; the calls of the others must not suffer for it.
                return calls.DistinctBy(timeout.WaitedFor).Count() > 1
                    ? await RunParts(calls, timeout.WaitedFor)
                    : AllFailed(calls, timeout.InnerException!);
            }
            catch (Exception fault) when (calls.Count > 1 && DatabaseFaults.IsRefusal(fault))
            {
                return await RunParts(calls, call => call);
            }
            catch (Exception fault)
            {
                return AllFailed(calls, fault);
            }
        }
    }

    async Task<IReadOnlyList<Verdict>> RunParts(IReadOnlyList<OrderCall> calls, Func<OrderCall, object?> partOf)
    {
        var verdicts = new Dictionary<OrderCall, Verdict>();
        foreach (var part in calls.GroupBy(partOf).Select(group => group.ToArray()))
        {
            foreach (var (call, verdict) in part.Zip(await Run(part)))
            {
                verdicts.Add(call, verdict);
            }
        }

        return [.. calls.Select(call => verdicts[call])];
    }

    static Verdict[] AllFailed(IReadOnlyList<OrderCall> calls, Exception fault) =>
        [.. calls.Select(_ => new Verdict.Failed(fault))];

    static bool IsDeadlock(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };
}

/// <summary>A lock that the batch needs is held by someone else for longer than <c>lock_timeout</c>.</summary>
/// <param name="waitedFor">What a call waited for: the user, the product or the key that may be held. The batch can be parted by it.</param>
/// <param name="inner">What PostgreSQL said.</param>
sealed class LockTimeoutException(Func<OrderCall, object?> waitedFor, PostgresException inner)
    : Exception("A lock is held by someone else.", inner)
{
    public Func<OrderCall, object?> WaitedFor => waitedFor;

    /// <summary>Lets a step run, and says what was waited for if it was in vain.</summary>
    public static async Task<T> Watch<T>(Task<T> step, Func<OrderCall, object?> waitedFor)
    {
        try
        {
            return await step;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new LockTimeoutException(waitedFor, fault);
        }
    }
}
