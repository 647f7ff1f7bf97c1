using System.Diagnostics;

namespace Shop.Shared.Data;

/// <summary>A call on its way through a <see cref="Batcher{TRequest, TResult}"/>.</summary>
sealed class BatchCall<TRequest, TResult>
{
    readonly long arrived = Stopwatch.GetTimestamp();

    public BatchCall(TRequest request, object? key)
    {
        (Request, Key) = (request, key);
        Place = new(this);
    }

    public TRequest Request { get; }

    /// <summary>What it has in common with other calls, or null.</summary>
    public object? Key { get; }

    /// <summary>Its place in <see cref="WaitingCalls{TRequest, TResult}"/>.</summary>
    public LinkedListNode<BatchCall<TRequest, TResult>> Place { get; }

    /// <summary>Calls that have left with it and get its result.</summary>
    public IReadOnlyList<BatchCall<TRequest, TResult>> Sharing { get; set; } = [];

    /// <summary>Time until its batch left; null while it waits, and if it was dropped.</summary>
    public TimeSpan? Waited { get; private set; }

    // Callers go on by themselves, not one after the other on the sender's thread.
    public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its batch leaves.</summary>
    public void Leave() => Waited = Stopwatch.GetElapsedTime(arrived);
}
