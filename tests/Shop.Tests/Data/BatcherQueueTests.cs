using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>A batcher whose queue is full.</summary>
public sealed class BatcherQueueTests
{
    [Test]
    public async Task Refuses_a_call_at_once_when_too_many_wait()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 2);
        await batcher.Occupy();
        _ = batcher.Run("a");
        _ = batcher.Run("b");

        var refused = batcher.Run("c");

        Assert.That(refused.IsFaulted, "the answer came at once");
        Assert.That(async () => await refused, Throws.TypeOf<OverloadedException>());
    }

    [Test]
    public async Task Never_runs_a_call_that_it_refused()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 1);
        var first = await batcher.Occupy();
        _ = batcher.Run("a");
        _ = batcher.Run("b");

        first.Succeed();

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["a"]));
    }

    [Test]
    public async Task Takes_as_many_calls_again_when_those_that_waited_have_left()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 2);
        var first = await batcher.Occupy();
        _ = batcher.Run("a");
        _ = batcher.Run("b");
        first.Succeed();
        var second = await batcher.Next();

        string[] requests = ["c", "d", "e"];
        var calls = requests.Select(request => batcher.Run(request)).ToArray();
        second.Succeed();

        var third = await batcher.Next();
        Assert.That(third.Requests, Is.EqualTo(["c", "d"]));
        third.Succeed();
        Assert.That(await calls[1], Is.EqualTo(Batch.AnswerTo("d")));
        Assert.That(async () => await calls[2], Throws.TypeOf<OverloadedException>());
    }
}
