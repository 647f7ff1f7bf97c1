using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>
/// Sends a batch until the fate of each document in it is known: with back-off where Elasticsearch is away or busy, in halves where it was too large,
/// and, where we are not let in, not at all for a while: who is locked out is not to hammer at the door.
/// </summary>
sealed class Shipper
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(1);

    readonly BulkClient client;
    readonly Books books;
    readonly Ledger ledger;
    readonly Notices notices;
    readonly ResiliencePipeline<Answer> pipeline;
    bool isTroubled;

    public Shipper(BulkClient client, Books books, Ledger ledger, Notices notices, TimeSpan lockedOut)
    {
        (this.client, this.books, this.ledger, this.notices) = (client, books, ledger, notices);
        pipeline = new ResiliencePipelineBuilder<Answer>()
            .AddRetry(new RetryStrategyOptions<Answer>
            {
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is BrokenCircuitException || args.Outcome.Result?.Verdict is Verdict.TryAgain or Verdict.NotAllowed),
                // What waits is bounded, so nothing is gained by giving up.
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                DelayGenerator = args => ValueTask.FromResult(WithJitter(
                    args.Outcome.Exception is BrokenCircuitException broken ? broken.RetryAfter : args.Outcome.Result?.RetryAfter)),
                OnRetry = args =>
                {
                    Complain(args.Outcome.Result?.Reason);
                    return ValueTask.CompletedTask;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Answer>
            {
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result?.Verdict is Verdict.NotAllowed),
                // At the second refusal (the library knows no less), however many batches went well before.
                FailureRatio = 0,
                MinimumThroughput = 2,
                BreakDuration = lockedOut,
            })
            .Build();
    }

    /// <summary>Returns when all documents are settled.</summary>
    /// <param name="documents">The batch.</param>
    /// <param name="hurry">Ends the pause that is waited for just then: what waits is tried at once.</param>
    /// <param name="deadline">What is not settled by then stays so.</param>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    public async Task Ship(IReadOnlyList<Document> documents, CancellationToken hurry, CancellationToken deadline)
    {
        var open = documents;
        while (open.Count > 0)
        {
            Answer answer;
            try
            {
                // The token ends the pauses alone; a request that is under way goes on, to the deadline.
                answer = await pipeline.ExecuteAsync(
                    async _ =>
                    {
                        var answer = await client.Send(open, deadline);
                        open = answer.Open;
                        return answer;
                    },
                    hurry.IsCancellationRequested ? deadline : hurry);
            }
            // The pause was ended, also at the very moment when the circuit had answered.
            catch (Exception fault) when (fault is OperationCanceledException or BrokenCircuitException && !deadline.IsCancellationRequested)
            {
                continue;
            }

            if (answer.Verdict == Verdict.TooLarge)
            {
                await Split(open, answer.Reason, hurry, deadline);
                return;
            }
        }

        if (isTroubled)
        {
            isTroubled = false;
            notices.Info($"Elasticsearch takes log lines again. So far: {ledger.Read()}");
        }
    }

    async Task Split(IReadOnlyList<Document> documents, string reason, CancellationToken hurry, CancellationToken deadline)
    {
        if (documents.Count == 1)
        {
            books.Drop(documents[0], DropReason.TooLarge, $"{reason}, {documents[0].Bytes.Length} bytes");
            return;
        }

        var half = documents.Count / 2;
        await Ship([.. documents.Take(half)], hurry, deadline);
        await Ship([.. documents.Skip(half)], hurry, deadline);
    }

    void Complain(string? reason)
    {
        if (reason is not null)
        {
            isTroubled |= notices.Warn("trouble", $"Elasticsearch does not take log lines: {reason}. It is asked again; until then they wait. So far: {ledger.Read()}");
        }
    }

    // Else all hosts that were sent away together would come back together.
    static TimeSpan? WithJitter(TimeSpan? pause) => pause * (1 + (Random.Shared.NextDouble() / 5));
}
