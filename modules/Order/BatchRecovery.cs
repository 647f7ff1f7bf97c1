using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>
/// Runs a batch of orders until each call has a verdict, and sees to it that no call fails for the sake of its neighbours. An attempt that
/// fails has changed nothing (<see cref="CertainCommit"/>), so it may be made again, whole or in parts.
/// </summary>
/// <param name="attempt">Judges the calls in one transaction, as <see cref="OrderTransaction.Attempt"/> does.</param>
sealed class BatchRecovery(Func<IReadOnlyList<OrderCall>, Task<IReadOnlyList<Verdict>?>> attempt)
{
    /// <summary>Returns a verdict a call, in order; <see cref="Verdict.Locked"/> for those that could not be judged for a user or product that is locked.</summary>
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
            catch (Exception fault) when (mayRepeat && DatabaseFaults.MayBeRunAgain(fault))
            {
                mayRepeat = false;
            }
            // Which of several keys another host is inserting is not known: each is tried by itself.
            catch (LockTimeoutException timeout) when (timeout.Kind == LockKind.Key)
            {
                return calls.DistinctBy(call => call.IdempotencyKey).Count() > 1
                    ? await RunParts(calls, call => call.IdempotencyKey)
                    : AllAre(calls, new Verdict.Failed(timeout.InnerException!));
            }
            catch (LockTimeoutException timeout)
            {
                return AllAre(calls, new Verdict.Locked(timeout));
            }
            catch (Exception fault) when (calls.Count > 1 && DatabaseFaults.KindOf(fault) == FaultKind.Refused)
            {
                return await RunParts(calls, call => call);
            }
            catch (Exception fault)
            {
                return AllAre(calls, new Verdict.Failed(fault));
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

    static Verdict[] AllAre(IReadOnlyList<OrderCall> calls, Verdict verdict) => [.. calls.Select(_ => verdict)];
}
