using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>
/// Places orders in batches, first come, first served. A user or product whose row somebody else keeps locked gets a lane: its orders leave in batches of
/// their own, on a connection of their own, so that the orders of others do not wait for the lock with them. The lane ends when one of its orders was
/// judged and none is left in it; so the orders of a product are judged in the order in which they came.
/// </summary>
sealed class OrderLanes : IAsyncDisposable
{
    // A batch waits for a lock as long as lock_timeout says, 3 s. Other lanes may have to wait for that.
    static readonly TimeSpan SlotPatience = TimeSpan.FromSeconds(5);

    // Locks that were gone when they were looked for; the next attempt should get them.
    const int MaxAttempts = 3;

    readonly OrderTransaction transaction;
    readonly BatchRecovery recovery;
    readonly BatchOptions options;
    readonly Batcher<OrderCall, Task<Verdict>> main;
    readonly SemaphoreSlim slots;

    readonly Lock gate = new();
    readonly Dictionary<LockedRow, Lane> lanes = [];

    public OrderLanes(OrderTransaction transaction, BatchOptions options, PoolOptions pools)
    {
        (this.transaction, this.options) = (transaction, options);
        recovery = new(transaction.Attempt);
        main = Batcher("place_order", options.MaxWaiting, lane: null);
        // One connection is for the main batch.
        slots = new(pools.Orders - 1);
    }

    /// <summary>Places an order, or says why not.</summary>
    public Task<Verdict> Place(OrderCall call) => Enter(main, call);

    /// <summary>Refuses new orders, and returns when those that wait are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await main.DisposeAsync();
        Lane[] open;
        lock (gate)
        {
            open = [.. lanes.Values];
        }

        foreach (var lane in open)
        {
            await lane.Batch.DisposeAsync();
        }
    }

    // The verdict of a call that leaves the batch for a lane is not known when the batch is done, hence the task in it.
    Batcher<OrderCall, Task<Verdict>> Batcher(string name, int maxWaiting, Lane? lane) => new(
        name,
        new BatchOptions { MaxSize = options.MaxSize, MaxWaiting = maxWaiting },
        calls => lane is null ? Run(calls, lane: null) : RunInSlot(calls, lane),
        distinctBy: call => call.IdempotencyKey);

    static async Task<Verdict> Enter(Batcher<OrderCall, Task<Verdict>> batch, OrderCall call)
    {
        try
        {
            return await await batch.Run(call, call.Aborted);
        }
        // It was never begun, and counts all the same.
        catch (Exception fault) when (fault is OverloadedException or OperationCanceledException)
        {
            return new Verdict.Failed(fault);
        }
    }

    async Task<IReadOnlyList<Task<Verdict>>> RunInSlot(IReadOnlyList<OrderCall> calls, Lane lane)
    {
        if (!await slots.WaitAsync(SlotPatience))
        {
            var overload = new Verdict.Failed(new OverloadedException($"{lanes.Count} users and products are locked."));
            return [.. calls.Select(_ => Task.FromResult<Verdict>(overload))];
        }

        try
        {
            return await Run(calls, lane);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Judges the calls, but for those that another lane is for.</summary>
    async Task<IReadOnlyList<Task<Verdict>>> Run(IReadOnlyList<OrderCall> calls, Lane? lane)
    {
        var verdicts = new Dictionary<OrderCall, Task<Verdict>>(calls.Count);
        var open = calls;
        for (var attempt = 1; (open = HandOver(open, lane, verdicts)).Count > 0; attempt++)
        {
            var stuck = new List<OrderCall>();
            var timeout = default(LockTimeoutException);
            foreach (var (call, verdict) in open.Zip(await recovery.Run(open)))
            {
                if (verdict is Verdict.Locked locked)
                {
                    stuck.Add(call);
                    timeout = locked.Timeout;
                }
                else
                {
                    verdicts[call] = Task.FromResult(verdict);
                    lane?.IsFree = true;
                }
            }

            if (timeout is not null)
            {
                lane?.IsFree = false;
            }

            open = timeout is null ? [] : await Unstick(stuck, timeout, lane, mayTryAgain: attempt < MaxAttempts, verdicts);
        }

        return [.. calls.Select(call => verdicts[call])];
    }

    /// <summary>Opens lanes for what is locked, refuses the calls that have waited in vain, and returns those that can be tried again.</summary>
    async Task<IReadOnlyList<OrderCall>> Unstick(
        List<OrderCall> stuck, LockTimeoutException timeout, Lane? lane, bool mayTryAgain, Dictionary<OrderCall, Task<Verdict>> verdicts)
    {
        var locked = await Look(stuck, timeout.Kind);
        foreach (var held in locked.Where(held => lane is null || IsBefore(lane, held)))
        {
            lock (gate)
            {
                lanes.TryAdd(held, new(held, this));
            }
        }

        var inVain = stuck.ToLookup(call =>
            !mayTryAgain || (lane is not null && !IsBefore(lane, call.Of(timeout.Kind)) && locked.Contains(call.Of(timeout.Kind))));
        foreach (var call in inVain[true])
        {
            verdicts[call] = Task.FromResult<Verdict>(new Verdict.Failed(timeout.InnerException!));
        }

        return [.. inVain[false]];
    }

    async Task<HashSet<LockedRow>> Look(IReadOnlyList<OrderCall> calls, LockKind kind)
    {
        try
        {
            return await transaction.Locked(calls, kind);
        }
        // The next attempt will say it.
        catch (Exception fault) when (DatabaseFaults.KindOf(fault) != FaultKind.Other)
        {
            return [];
        }
    }

    /// <summary>Sends each call to the lane that is for it, where there is one, and returns the others.</summary>
    List<OrderCall> HandOver(IReadOnlyList<OrderCall> calls, Lane? from, Dictionary<OrderCall, Task<Verdict>> verdicts)
    {
        var staying = new List<OrderCall>(calls.Count);
        lock (gate)
        {
            foreach (var call in calls)
            {
                if (LaneFor(call, from) is { } lane)
                {
                    lane.Pending++;
                    verdicts[call] = Finish(lane, Enter(lane.Batch, call));
                }
                else
                {
                    staying.Add(call);
                }
            }
        }

        return staying;
    }

    Lane? LaneFor(OrderCall call, Lane? from) =>
        lanes.Count == 0 ? null
        : from is null && lanes.TryGetValue(call.Of(LockKind.Product), out var ofProduct) ? ofProduct
        : (from is null || IsBefore(from, call.Of(LockKind.User))) && lanes.TryGetValue(call.Of(LockKind.User), out var ofUser) ? ofUser
        : null;

    // From the lane of a product calls go on to that of a user, and never back: else two locks would send them round and round.
    static bool IsBefore(Lane lane, LockedRow held) => lane.Held.Kind == LockKind.Product && held.Kind == LockKind.User;

    async Task<Verdict> Finish(Lane lane, Task<Verdict> verdict)
    {
        var known = await verdict;
        lock (gate)
        {
            if (--lane.Pending == 0 && lane.IsFree)
            {
                lanes.Remove(lane.Held);
            }
        }

        return known;
    }

    sealed class Lane
    {
        public Lane(LockedRow held, OrderLanes lanes)
        {
            Held = held;
            // Whoever comes when a whole batch waits for the lock would wait for more than lock_timeout.
            Batch = lanes.Batcher("place_order_locked", lanes.options.MaxSize, this);
        }

        public LockedRow Held { get; }

        public Batcher<OrderCall, Task<Verdict>> Batch { get; }

        /// <summary>Calls in the lane that have no verdict yet.</summary>
        public int Pending { get; set; }

        /// <summary>Whether its calls got through, the last time that they were tried.</summary>
        public bool IsFree { get; set; }
    }
}
