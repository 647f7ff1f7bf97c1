using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>How calls are gathered, and how each gets its answer.</summary>
public sealed class BatcherTests
{
    [Test]
    public async Task Sends_a_call_at_once_when_idle()
    {
        await using var batcher = new GatedBatcher();

        var call = batcher.Run("a");

        var batch = await batcher.Next();
        Assert.That(batch.Requests, Is.EqualTo(["a"]));
        batch.Succeed();
        Assert.That(await call, Is.EqualTo(Batch.AnswerTo("a")));
    }

    [Test]
    public async Task Sends_a_call_at_once_when_idle_again()
    {
        await using var batcher = new GatedBatcher();
        var earlier = batcher.Run("a");
        (await batcher.Next()).Succeed();
        await earlier;

        _ = batcher.Run("b");

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["b"]));
    }

    [Test]
    public async Task Sends_calls_that_arrive_while_a_batch_is_on_its_way_together_first_come_first_served()
    {
        await using var batcher = new GatedBatcher();
        var first = await batcher.Occupy();
        string[] requests = ["d", "a", "c", "b"];

        var calls = requests.Select(request => batcher.Run(request)).ToArray();
        first.Succeed();

        var batch = await batcher.Next();
        Assert.That(batch.Requests, Is.EqualTo(requests));
        batch.Succeed();
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(requests.Select(Batch.AnswerTo)));
    }

    [Test]
    public async Task Sends_no_more_than_the_largest_batch_at_once()
    {
        await using var batcher = new GatedBatcher(maxSize: 3);
        var first = await batcher.Occupy();
        string[] requests = ["a", "b", "c", "d", "e", "f", "g"];
        var calls = requests.Select(request => batcher.Run(request)).ToArray();
        first.Succeed();

        foreach (var expected in requests.Chunk(3))
        {
            var batch = await batcher.Next();
            Assert.That(batch.Requests, Is.EqualTo(expected));
            batch.Succeed();
        }

        Assert.That(await Task.WhenAll(calls), Is.EqualTo(requests.Select(Batch.AnswerTo)));
    }

    [Test]
    public async Task Fails_the_calls_of_a_batch_that_throws_and_goes_on_with_those_behind()
    {
        await using var batcher = new GatedBatcher(maxSize: 2);
        var first = await batcher.Occupy();
        var failing = new[] { batcher.Run("a"), batcher.Run("b") };
        var behind = batcher.Run("c");
        first.Succeed();
        var fault = new InvalidOperationException("Out of paper.");

        (await batcher.Next()).Fail(fault);

        foreach (var call in failing)
        {
            Assert.That(async () => await call, Throws.Exception.SameAs(fault));
        }

        (await batcher.Next()).Succeed();
        Assert.That(await behind, Is.EqualTo(Batch.AnswerTo("c")));
    }

    [Test]
    public async Task Answers_each_of_thousands_of_concurrent_callers_with_its_own_result()
    {
        const int callers = 20_000, maxSize = 64;
        var (onTheirWay, most, largest) = (0, 0, 0);
        await using var batcher = new Batcher<int, string>(
            "thousands", new BatchOptions { MaxSize = maxSize, MaxWaiting = callers }, Double);

        var calls = new Task<string>[callers];
        Parallel.For(0, callers, i => calls[i] = batcher.Run(i, default));
        var answers = await Task.WhenAll(calls).Soon();

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, callers).Select(i => $"{i + i}")));
        Assert.That(most, Is.EqualTo(1), "batches on their way at the same moment");
        Assert.That(largest, Is.AtMost(maxSize));

        async Task<IReadOnlyList<string>> Double(IReadOnlyList<int> numbers)
        {
            most = Math.Max(most, Interlocked.Increment(ref onTheirWay));
            largest = Math.Max(largest, numbers.Count);
            await Task.Yield();
            Interlocked.Decrement(ref onTheirWay);
            return [.. numbers.Select(number => $"{number + number}")];
        }
    }

    [Test]
    public async Task Sends_the_next_batch_though_a_caller_is_slow_to_go_on()
    {
        var everyoneWaits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var secondHasLeft = new ManualResetEventSlim();
        await using var batcher = new Batcher<string, string>("slow_caller", new BatchOptions { MaxSize = 100, MaxWaiting = 100 }, Send);

        // As in a host, without the synchronization context of NUnit, which would keep the caller off the sender's thread.
        var slowCaller = Task.Run(() =>
        {
            var call = SlowCaller();
            everyoneWaits.SetResult();
            return call;
        });

        Assert.That(await slowCaller.Soon(), Is.True, "the second batch left while the first caller was busy");

        async Task<bool> SlowCaller()
        {
            await batcher.Run("first", default);
            _ = batcher.Run("second", default);
            return secondHasLeft.Wait(TimeSpan.FromSeconds(10));
        }

        async Task<IReadOnlyList<string>> Send(IReadOnlyList<string> requests)
        {
            await everyoneWaits.Task;
            if (requests.Contains("second"))
            {
                secondHasLeft.Set();
            }

            return requests;
        }
    }

    [Test]
    public async Task Takes_no_callers_context_along()
    {
        var context = new AsyncLocal<string?> { Value = "of the caller" };
        await using var batcher = new Batcher<string, string?>(
            "context", new BatchOptions { MaxSize = 100, MaxWaiting = 100 }, _ => Task.FromResult<IReadOnlyList<string?>>([context.Value]));

        Assert.That(await batcher.Run("a", default).Soon(), Is.Null);
    }
}
