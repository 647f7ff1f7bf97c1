using System.Diagnostics;
using NUnit.Framework;

namespace Shop.Tests.Data;

/// <summary>What a batcher tells of itself.</summary>
public sealed class BatcherMetricsTests
{
    [Test]
    public async Task Counts_the_calls_of_each_batch_that_left()
    {
        await using var batcher = new GatedBatcher();
        var first = await batcher.Occupy();
        var calls = new[] { batcher.Run("a"), batcher.Run("b"), batcher.Run("c") };
        first.Succeed();
        (await batcher.Next()).Succeed();
        await Task.WhenAll(calls);

        Assert.That(await Read("shop_batch_size_count", batcher), Is.EqualTo(2));
        Assert.That(await Read("shop_batch_size_sum", batcher), Is.EqualTo(1 + 3));
    }

    [Test]
    public async Task Measures_the_time_from_a_calls_arrival_until_its_batch_left()
    {
        await using var batcher = new GatedBatcher();
        var before = Stopwatch.GetTimestamp();
        var first = await batcher.Occupy();
        var call = batcher.Run("a");
        var queued = Stopwatch.GetTimestamp();
        Assert.That(await Read("shop_batch_wait_seconds_count", batcher), Is.Zero, "nobody is answered");

        var atLeast = Stopwatch.GetElapsedTime(queued);
        first.Succeed();
        var second = await batcher.Next();
        var atMost = Stopwatch.GetElapsedTime(before);
        second.Succeed();
        await call;

        await Wait.Until(async () => await Read("shop_batch_wait_seconds_count", batcher) == 2, "both callers to have gone on");
        Assert.That(await Read("shop_batch_wait_seconds_sum", batcher), Is.InRange(atLeast.TotalSeconds, atMost.TotalSeconds));
    }

    [Test]
    public async Task Shows_how_many_calls_wait_and_none_when_all_have_left()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 3);
        using var client = new CancellationTokenSource();
        var first = await batcher.Occupy();
        var calls = new[] { batcher.Run("a"), batcher.Run("b"), batcher.Run("c", client.Token), batcher.Run("refused") };
        Assert.That(await Waiting(), Is.EqualTo(3));

        await client.CancelAsync();
        Assert.That(await Waiting(), Is.EqualTo(2));

        first.Succeed();
        var second = await batcher.Next();
        Assert.That(await Waiting(), Is.Zero);

        second.Succeed();
        await Task.WhenAll(calls[..2]);
        Assert.That(await Waiting(), Is.Zero);

        Task<double> Waiting() => Read("shop_batch_waiting_calls", batcher);
    }

    [Test]
    public async Task Counts_the_calls_that_it_refused()
    {
        await using var batcher = new GatedBatcher(maxWaiting: 1);
        await batcher.Occupy();
        _ = batcher.Run("waits");
        Assert.That(await Read("shop_batch_refused_total", batcher), Is.Zero);

        _ = batcher.Run("a");
        _ = batcher.Run("b");

        Assert.That(await Read("shop_batch_refused_total", batcher), Is.EqualTo(2));
    }

    [Test]
    public async Task Counts_the_calls_that_it_dropped_but_none_that_it_carried_through()
    {
        await using var batcher = new GatedBatcher();
        using var client = new CancellationTokenSource();
        var carried = batcher.Run("a", client.Token);
        var first = await batcher.Next();
        _ = batcher.Run("b", client.Token);
        _ = batcher.Run("c", client.Token);

        await client.CancelAsync();
        first.Succeed();
        await carried;

        Assert.That(await Read("shop_batch_dropped_total", batcher), Is.EqualTo(2));
        Assert.That(await Read("shop_batch_size_sum", batcher), Is.EqualTo(1));
    }

    static Task<double> Read(string metric, GatedBatcher batcher) => OwnMetrics.Read($$"""{{metric}}{batch="{{batcher.Name}}"}""");
}
