namespace Shop.Shared.Data;

/// <summary>
/// The calls of a <see cref="Batcher{TRequest, TResult}"/> that wait, first come, first served. Of the calls of one key, one stands in the queue and the
/// others behind it, out of the queue's count; so a client that repeats one request takes one place. Not thread-safe.
/// </summary>
sealed class WaitingCalls<TRequest, TResult>(BatchOptions options, bool sharesResults)
{
    // A key is one order, or a retry of it. More than that is nobody's who waits for an answer.
    const int MaxBehind = 64;

    readonly LinkedList<BatchCall<TRequest, TResult>> queue = new();

    // By key, while a call of the key stands in the queue.
    readonly Dictionary<object, LinkedList<BatchCall<TRequest, TResult>>> behind = [];

    /// <summary>Adds a call; false where there is no room for it.</summary>
    public bool TryAdd(BatchCall<TRequest, TResult> call)
    {
        if (call.Key is { } key && behind.TryGetValue(key, out var others))
        {
            if (!sharesResults && others.Count >= MaxBehind)
            {
                return false;
            }

            others.AddLast(call.Place);
            return true;
        }

        if (queue.Count >= options.MaxWaiting)
        {
            return false;
        }

        queue.AddLast(call.Place);
        if (call.Key is not null)
        {
            behind.Add(call.Key, new());
        }

        return true;
    }

    /// <summary>Removes a call; false where it does not wait any more.</summary>
    public bool TryRemove(BatchCall<TRequest, TResult> call)
    {
        if (call.Place.List is not { } list)
        {
            return false;
        }

        if (list == queue && Next(call.Key) is { } next)
        {
            queue.AddBefore(call.Place, next.Place);
        }

        list.Remove(call.Place);
        return true;
    }

    /// <summary>Takes the calls of the next batch out. The next ones of their keys stand at the head of the queue then, or have left with them.</summary>
    public List<BatchCall<TRequest, TResult>> TakeBatch()
    {
        var batch = new List<BatchCall<TRequest, TResult>>();
        var next = new List<BatchCall<TRequest, TResult>>();
        while (batch.Count < options.MaxSize && queue.First is { Value: var call })
        {
            queue.RemoveFirst();
            batch.Add(call);
            if (sharesResults && call.Key is not null && behind.Remove(call.Key, out var sharing))
            {
                call.Sharing = [.. sharing];
                sharing.Clear();
            }
            else if (Next(call.Key) is { } follower)
            {
                next.Add(follower);
            }
        }

        for (var i = next.Count - 1; i >= 0; i--)
        {
            queue.AddFirst(next[i].Place);
        }

        return batch;
    }

    /// <summary>Takes the call out that takes the place in the queue after one of its key has left it.</summary>
    BatchCall<TRequest, TResult>? Next(object? key)
    {
        if (key is null)
        {
            return null;
        }

        var others = behind[key];
        if (others.First is not { Value: var next })
        {
            behind.Remove(key);
            return null;
        }

        others.RemoveFirst();
        return next;
    }
}
