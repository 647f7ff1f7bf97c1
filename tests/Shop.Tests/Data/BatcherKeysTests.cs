using NUnit.Framework;

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

    static GatedBatcher Keyed(int maxSize = 100) => new(
        maxSize, distinctBy: request => request.Contains(':', StringComparison.Ordinal) ? request.Split(':')[0] : null);

    static Task<string>[] Run(GatedBatcher batcher, params string[] requests) =>
        [.. requests.Select(request => batcher.Run(request))];
}
