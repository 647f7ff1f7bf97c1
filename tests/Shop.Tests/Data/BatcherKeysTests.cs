using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>A batcher that lets no two requests of the same key share a batch. Here the key is what stands before the colon.</summary>
public sealed class BatcherKeysTests
{
    [Test]
    public async Task Holds_a_later_call_of_the_same_key_back_but_none_behind_it()
    {
        await using var batcher = Keyed();
        var first = await batcher.Occupy();
        string[] requests = ["k:1", "k:2", "l:1", "m:1"];
        var calls = Run(batcher, requests);
        first.Succeed();

        var second = await batcher.Next();
        Assert.That(second.Requests, Is.EqualTo(["k:1", "l:1", "m:1"]));
        second.Succeed();
        var third = await batcher.Next();
        Assert.That(third.Requests, Is.EqualTo(["k:2"]));
        third.Succeed();
        Assert.That(await Task.WhenAll(calls), Is.EqualTo(requests.Select(Batch.AnswerTo)));
    }

    [Test]
    public async Task Puts_a_call_that_it_held_back_at_the_head_of_the_next_batch()
    {
        await using var batcher = Keyed();
        var first = await batcher.Occupy();
        Run(batcher, "k:1", "l:1", "k:2", "l:2");
        first.Succeed();
        var second = await batcher.Next();
        Run(batcher, "a:1", "b:1");

        second.Succeed();

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["k:2", "l:2", "a:1", "b:1"]));
    }

    [Test]
    public async Task Sends_calls_of_one_key_one_batch_after_the_other_in_their_order()
    {
        await using var batcher = Keyed();
        var batch = await batcher.Occupy();
        Run(batcher, "k:1", "k:2", "k:3");

        foreach (var expected in new[] { "k:1", "k:2", "k:3" })
        {
            batch.Succeed();
            batch = await batcher.Next();
            Assert.That(batch.Requests, Is.EqualTo([expected]));
        }
    }

    [Test]
    public async Task Fills_the_batch_with_calls_from_behind_one_that_it_held_back()
    {
        await using var batcher = Keyed(maxSize: 2);
        var first = await batcher.Occupy();
        Run(batcher, "k:1", "k:2", "l:1");

        first.Succeed();

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["k:1", "l:1"]));
    }

    [Test]
    public async Task Never_holds_a_call_without_a_key_back()
    {
        await using var batcher = Keyed();
        var first = await batcher.Occupy();
        Run(batcher, "a", "a", "a");

        first.Succeed();

        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["a", "a", "a"]));
    }

    [Test]
    public async Task Of_a_key_64_wait_beside_the_queue_and_the_next_is_refused_while_others_find_room()
    {
        await using var batcher = Keyed(maxWaiting: 2);
        await batcher.Occupy();
        Run(batcher, [.. Enumerable.Range(0, 65).Select(i => $"k:{i}")]);

        Assert.That(() => batcher.Run("k:65"), Throws.TypeOf<OverloadedException>());
        Run(batcher, "l:1");
        Assert.That(() => batcher.Run("m:1"), Throws.TypeOf<OverloadedException>(), "the queue holds two");
    }

    [Test]
    public async Task The_next_of_a_key_takes_the_place_of_one_that_is_cancelled()
    {
        await using var batcher = Keyed();
        var first = await batcher.Occupy();
        using var cancelled = new CancellationTokenSource();
        var left = batcher.Run("k:1", cancelled.Token);
        Run(batcher, "k:2", "l:1", "k:3");

        await cancelled.CancelAsync();
        first.Succeed();

        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
        var second = await batcher.Next();
        Assert.That(second.Requests, Is.EqualTo(["k:2", "l:1"]));
        second.Succeed();
        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["k:3"]));
    }

    [Test]
    public async Task Requests_that_share_are_one_request_and_take_one_place()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 2, sharedBy: request => request);
        var first = await batcher.Occupy();
        var calls = Run(batcher, [.. Enumerable.Repeat("a", 200), "b"]);

        first.Succeed();
        var second = await batcher.Next();
        // What comes now is read after this batch, which may have missed a change.
        var late = batcher.Run("a");
        Assert.That(second.Requests, Is.EqualTo(["a", "b"]));
        second.Succeed();

        Assert.That((await Task.WhenAll(calls)).Distinct(), Is.EqualTo([Batch.AnswerTo("a"), Batch.AnswerTo("b")]));
        Assert.That((await batcher.Next()).Requests, Is.EqualTo(["a"]));
        Assert.That(late.IsCompleted, Is.False);
    }

    [Test]
    public async Task One_that_shares_and_is_cancelled_leaves_the_others_theirs()
    {
        await using var batcher = new GatedBatcher(sharedBy: request => request);
        var first = await batcher.Occupy();
        using var cancelled = new CancellationTokenSource();
        var left = batcher.Run("a", cancelled.Token);
        var staying = batcher.Run("a");

        await cancelled.CancelAsync();
        first.Succeed();
        (await batcher.Next()).Succeed();

        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await staying, Is.EqualTo(Batch.AnswerTo("a")));
    }

    static GatedBatcher Keyed(int maxSize = 100, int maxWaiting = 100) => new(
        maxSize, maxWaiting, distinctBy: request => request.Contains(':', StringComparison.Ordinal) ? request.Split(':')[0] : null);

    static Task<string>[] Run(GatedBatcher batcher, params string[] requests) =>
        [.. requests.Select(request => batcher.Run(request))];
}
