using Prometheus;

namespace Shop.Shared.Data;

/// <summary>
/// Gathers concurrent calls and runs each gathering as one. While one batch is on its way, the calls that arrive wait, first come, first
/// served, and leave together as the next. Nobody waits for a timer: an idle batcher sends a call at once, as a batch of one.
/// </summary>
/// <typeparam name="TRequest">What one call asks.</typeparam>
/// <typeparam name="TResult">What one call is answered.</typeparam>
public sealed class Batcher<TRequest, TResult> : IAsyncDisposable
{
    readonly Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> run;
    readonly Func<TRequest, object?> keyOf;
    readonly string name;
    readonly Histogram.Child size, wait;
    readonly Gauge.Child waitingCalls;
    readonly Counter.Child refused, dropped;

    readonly Lock gate = new();
    readonly WaitingCalls<TRequest, TResult> waiting;
    Task sending = Task.CompletedTask;
    bool idle = true, closed;

    /// <summary>Makes a batcher that has nothing to do yet.</summary>
    /// <param name="name">Names the batch in the metrics.</param>
    /// <param name="options">How many calls may leave together, and how many may wait.</param>
    /// <param name="run">
    /// Does a batch: answers one result a request, in the same order. If it throws, every call of that batch throws the same; a batch
    /// that can fail in parts has results that say so.
    /// </param>
    /// <param name="distinctBy">
    /// If given, requests of the same key (not null) never share a batch: the later one waits at the head of the next. Of a key, 64 may wait beside the queue.
    /// </param>
    /// <param name="sharedBy">If given, requests of the same key that wait are one request, whose result they share.</param>
    public Batcher(
        string name,
        BatchOptions options,
        Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> run,
        Func<TRequest, object?>? distinctBy = null,
        Func<TRequest, object?>? sharedBy = null)
    {
        this.name = name;
        this.run = run;
        keyOf = distinctBy ?? sharedBy ?? (_ => null);
        waiting = new(options, sharesResults: sharedBy is not null);
        size = BatchMetrics.Size.WithLabels(name);
        wait = BatchMetrics.Wait.WithLabels(name);
        waitingCalls = BatchMetrics.Waiting.WithLabels(name);
        refused = BatchMetrics.Refused.WithLabels(name);
        dropped = BatchMetrics.Dropped.WithLabels(name);
    }

    /// <summary>Runs a request in the next batch that leaves.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancelled">
    /// Takes the call out of the queue. A call whose batch has left is carried through all the same, and its result awaited.
    /// </param>
    /// <exception cref="OverloadedException">Too many calls are waiting, or the batcher is closed; the request was not begun.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled before its batch left; the request was not begun.</exception>
    public async Task<TResult> Run(TRequest request, CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var call = new BatchCall<TRequest, TResult>(request, keyOf(request));
        Enqueue(call);
        await using var registration = cancelled.UnsafeRegister(_ => Drop(call, cancelled), null);
        try
        {
            return await call.Result.Task;
        }
        finally
        {
            // Here and not where the batch leaves: the measurement carries the caller's trace.
            if (call.Waited is { } waited)
            {
                wait.Observe(waited.TotalSeconds);
            }
        }
    }

    /// <summary>Refuses new calls, carries those that wait through, and returns when the last is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
        {
            closed = true;
            last = sending;
        }

        await last;
    }

    void Enqueue(BatchCall<TRequest, TResult> call)
    {
        lock (gate)
        {
            if (closed || !waiting.TryAdd(call))
            {
                refused.Inc();
                throw new OverloadedException(closed ? $"{name} is closing." : $"Too many calls of {name} are waiting.");
            }

            waitingCalls.Inc();
            if (!idle)
            {
                return;
            }

            idle = false;
            // The sender serves every caller: it must not take this one's trace along.
            using (ExecutionContext.SuppressFlow())
            {
                sending = Task.Run(SendAll);
            }
        }
    }

    void Drop(BatchCall<TRequest, TResult> call, CancellationToken cancelled)
    {
        lock (gate)
        {
            if (!waiting.TryRemove(call))
            {
                return;
            }

            waitingCalls.Dec();
        }

        dropped.Inc();
        call.Result.TrySetCanceled(cancelled);
    }

    async Task SendAll()
    {
        while (Gather() is { Count: > 0 } batch)
        {
            await Send(batch);
        }
    }

    List<BatchCall<TRequest, TResult>> Gather()
    {
        lock (gate)
        {
            var batch = waiting.TakeBatch();
            idle = batch.Count == 0;
            return batch;
        }
    }

    async Task Send(List<BatchCall<TRequest, TResult>> batch)
    {
        size.Observe(batch.Count);
        foreach (var call in batch.SelectMany(WithSharing))
        {
            call.Leave();
            waitingCalls.Dec();
        }

        try
        {
            var results = await run(batch.ConvertAll(call => call.Request));
            for (var i = 0; i < batch.Count; i++)
            {
                foreach (var call in WithSharing(batch[i]))
                {
                    call.Result.SetResult(results[i]);
                }
            }
        }
        // Whatever it is, it belongs to the callers, and the calls behind them must go on.
        catch (Exception fault)
        {
            foreach (var call in batch.SelectMany(WithSharing))
            {
                call.Result.TrySetException(fault);
            }
        }
    }

    static IEnumerable<BatchCall<TRequest, TResult>> WithSharing(BatchCall<TRequest, TResult> call) => call.Sharing.Prepend(call);
}
