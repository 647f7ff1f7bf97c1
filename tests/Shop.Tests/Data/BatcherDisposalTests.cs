using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>A batcher that is closed.</summary>
public sealed class BatcherDisposalTests
{
    [Test]
    public async Task Closes_at_once_when_idle()
    {
        await using var batcher = new GatedBatcher();

        await batcher.Close();
    }

    [Test]
    public async Task Refuses_new_calls_when_closed()
    {
        await using var batcher = new GatedBatcher();
        await batcher.Close();

        Assert.That(async () => await batcher.Run("a"), Throws.TypeOf<OverloadedException>());
    }

    [Test]
    public async Task Refuses_new_calls_while_it_closes()
    {
        await using var batcher = new GatedBatcher();
        var first = await batcher.Occupy();
        var closing = batcher.Close();

        Assert.That(async () => await batcher.Run("a"), Throws.TypeOf<OverloadedException>());

        first.Succeed();
        await closing;
    }

    [Test]
    public async Task Closes_when_the_batch_on_its_way_is_answered()
    {
        await using var batcher = new GatedBatcher();
        var call = batcher.Run("a");
        var batch = await batcher.Next();

        var closing = batcher.Close();
        Assert.That(closing.IsCompleted, Is.False, "closed before the answer");
        batch.Succeed();

        await closing;
        Assert.That(await call, Is.EqualTo(Batch.AnswerTo("a")));
    }

    [Test]
    public async Task Carries_the_calls_that_wait_through_before_it_closes()
    {
        await using var batcher = new GatedBatcher(maxSize: 1);
        var batch = await batcher.Occupy();
        string[] requests = ["a", "b"];
        var calls = requests.Select(request => batcher.Run(request)).ToArray();

        var closing = batcher.Close();
        foreach (var request in requests)
        {
            batch.Succeed();
            batch = await batcher.Next();
            Assert.That(batch.Requests, Is.EqualTo([request]));
            Assert.That(closing.IsCompleted, Is.False, $"closed before {request} was answered");
        }

        batch.Succeed();
        await closing;
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(requests.Select(Batch.AnswerTo)));
    }

    [Test]
    public async Task Closes_also_when_the_last_batch_fails()
    {
        await using var batcher = new GatedBatcher();
        var call = batcher.Run("a");
        var batch = await batcher.Next();
        var closing = batcher.Close();

        batch.Fail(new InvalidOperationException());

        await closing;
        Assert.That(async () => await call, Throws.InvalidOperationException);
    }
}
