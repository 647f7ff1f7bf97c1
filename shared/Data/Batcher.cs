using System.Diagnostics;
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
    readonly BatchOptions options;
    readonly string name;
    readonly Histogram.Child size, wait;
    readonly Gauge.Child waitingCalls;
    readonly Counter.Child refused, dropped;

    readonly Lock gate = new();
    readonly LinkedList<Call> waiting = new();
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
    /// If given, requests of the same key (not null) never share a batch: the later one waits at the head of the next.
    /// </param>
    public Batcher(
        string name,
        BatchOptions options,
        Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> run,
        Func<TRequest, object?>? distinctBy = null)
    {
        this.name = name;
        this.options = options;
        this.run = run;
        keyOf = distinctBy ?? (_ => null);
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
        var call = new Call(request);
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

    void Enqueue(Call call)
    {
        lock (gate)
        {
            if (closed || waiting.Count >= options.MaxWaiting)
            {
                refused.Inc();
                throw new OverloadedException(closed ? $"{name} is closing." : $"{waiting.Count} calls of {name} are waiting.");
            }

            waiting.AddLast(call.Place);
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

    void Drop(Call call, CancellationToken cancelled)
    {
        lock (gate)
        {
            if (call.Place.List is null)
            {
                return;
            }

            waiting.Remove(call.Place);
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

    List<Call> Gather()
    {
        var batch = new List<Call>();
        var keys = new HashSet<object>();
        lock (gate)
        {
            for (var place = waiting.First; place is not null && batch.Count < options.MaxSize;)
            {
                var (call, next) = (place.Value, place.Next);
                if (keyOf(call.Request) is not { } key || keys.Add(key))
                {
                    waiting.Remove(place);
                    batch.Add(call);
                }

                place = next;
            }

            waitingCalls.Dec(batch.Count);
            idle = batch.Count == 0;
        }

        return batch;
    }

    async Task Send(List<Call> batch)
    {
        size.Observe(batch.Count);
        foreach (var call in batch)
        {
            call.Leave();
        }

        try
        {
            var results = await run(batch.ConvertAll(call => call.Request));
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Result.SetResult(results[i]);
            }
        }
        // Whatever it is, it belongs to the callers, and the calls behind them must go on.
        catch (Exception fault)
        {
            foreach (var call in batch)
            {
                call.Result.TrySetException(fault);
            }
        }
    }

    sealed class Call
    {
        readonly long arrived = Stopwatch.GetTimestamp();

        public Call(TRequest request)
        {
            Request = request;
            Place = new(this);
        }

        public TRequest Request { get; }

        public LinkedListNode<Call> Place { get; }

        /// <summary>Time until its batch left; null while it waits, and if it was dropped.</summary>
        public TimeSpan? Waited { get; private set; }

        // Callers go on by themselves, not one after the other on the sender's thread.
        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Leave() => Waited = Stopwatch.GetElapsedTime(arrived);
    }
}
