using System.Threading.Channels;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>A batcher of words whose batches stay on their way until the test answers them.</summary>
sealed class GatedBatcher : IAsyncDisposable
{
    readonly Channel<Batch> left = Channel.CreateUnbounded<Batch>();
    readonly TaskCompletionSource<IReadOnlyList<string>> abandoned = new();
    readonly Batcher<string, string> batcher;

    public GatedBatcher(int maxSize = 100, int maxWaiting = 100, Func<string, object?>? distinctBy = null, Func<string, object?>? sharedBy = null) =>
        batcher = new(Name, new BatchOptions { MaxSize = maxSize, MaxWaiting = maxWaiting }, Send, distinctBy, sharedBy);

    /// <summary>Its name in the metrics, which no other batcher has.</summary>
    public string Name { get; } = $"gated_{Guid.NewGuid():N}";

    /// <summary>Makes a call. It is in the queue when this returns.</summary>
    public Task<string> Run(string request, CancellationToken cancelled = default) => batcher.Run(request, cancelled).Soon();

    /// <summary>The next batch that has left.</summary>
    public Task<Batch> Next() => left.Reader.ReadAsync().AsTask().Soon();

    /// <summary>Makes a call and returns its batch, which is on its way from now on: whoever calls next has to wait.</summary>
    public async Task<Batch> Occupy()
    {
        _ = Run("first");
        return await Next();
    }

    /// <summary>Disposes of the batcher as its owner does.</summary>
    public Task Close() => batcher.DisposeAsync().AsTask().Soon();

    /// <summary>Fails what a test has left unanswered.</summary>
    public async ValueTask DisposeAsync()
    {
        abandoned.TrySetException(new InvalidOperationException("The test is over."));
        await Close();
    }

    async Task<IReadOnlyList<string>> Send(IReadOnlyList<string> requests)
    {
        var batch = new Batch(requests);
        left.Writer.TryWrite(batch);
        return await await Task.WhenAny(batch.Answers, abandoned.Task);
    }
}

/// <summary>A batch on its way.</summary>
sealed class Batch(IReadOnlyList<string> requests)
{
    readonly TaskCompletionSource<IReadOnlyList<string>> answers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Requests => requests;

    public Task<IReadOnlyList<string>> Answers => answers.Task;

    /// <summary>What the call of a request is answered when its batch succeeds.</summary>
    public static string AnswerTo(string request) => $"{request} is done";

    public void Succeed() => answers.SetResult([.. requests.Select(AnswerTo)]);

    public void Fail(Exception fault) => answers.SetException(fault);
}
