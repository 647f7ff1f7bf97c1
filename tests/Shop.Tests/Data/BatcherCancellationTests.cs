using NUnit.Framework;

namespace Shop.Tests.Data;

/// <summary>Calls whose client goes away.</summary>
public sealed class BatcherCancellationTests
{
    [Test]
    public async Task Drops_a_waiting_call_that_is_cancelled()
    {
        await using var batcher = new GatedBatcher();
        using var client = new CancellationTokenSource();
        var first = await batcher.Occupy();
        var gone = batcher.Run("a", client.Token);
        _ = batcher.Run("b");

        await client.CancelAsync();
        first.Succeed();

        Assert.That(
            async () => await gone,
            Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(client.Token));
        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["b"]));
    }

    [Test]
    public async Task Answers_a_cancelled_call_before_the_batch_ahead_of_it_is_done()
    {
        await using var batcher = new GatedBatcher();
        using var client = new CancellationTokenSource();
        await batcher.Occupy();
        var gone = batcher.Run("a", client.Token);

        await client.CancelAsync();

        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Gives_the_place_of_a_dropped_call_to_another()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 1);
        using var client = new CancellationTokenSource();
        var first = await batcher.Occupy();
        _ = batcher.Run("a", client.Token);
        await client.CancelAsync();

        var call = batcher.Run("b");
        first.Succeed();

        (await batcher.Next()).Succeed();
        Assert.That(await call, Is.EqualTo(Batch.AnswerTo("b")));
    }

    [Test]
    public async Task Carries_a_cancelled_call_through_when_its_batch_has_left()
    {
        await using var batcher = new GatedBatcher();
        using var client = new CancellationTokenSource();
        var call = batcher.Run("a", client.Token);
        var batch = await batcher.Next();

        await client.CancelAsync();
        Assert.That(call.IsCompleted, Is.False, "answered before its batch");
        batch.Succeed();

        Assert.That(await call, Is.EqualTo(Batch.AnswerTo("a")));
    }

    [Test]
    public async Task Runs_nothing_for_a_client_that_is_gone_already()
    {
        await using var batcher = new GatedBatcher();

        var gone = batcher.Run("a", new CancellationToken(canceled: true));
        _ = batcher.Run("b");

        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["b"]));
    }

    [Test]
    public async Task Never_calls_itself_overloaded_to_a_client_that_is_gone_already()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 1);
        await batcher.Occupy();
        _ = batcher.Run("a");

        var gone = batcher.Run("b", new CancellationToken(canceled: true));

        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Goes_idle_when_every_waiting_call_was_cancelled()
    {
        await using var batcher = new GatedBatcher();
        using var client = new CancellationTokenSource();
        var first = await batcher.Occupy();
        var gone = batcher.Run("a", client.Token);
        await client.CancelAsync();
        first.Succeed();
        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());

        _ = batcher.Run("b");

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["b"]));
    }
}
