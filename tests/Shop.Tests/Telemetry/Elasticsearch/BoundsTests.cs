using System.Diagnostics;
using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>What waits is bounded, in number, in bytes, and at the end in time.</summary>
public sealed class BoundsTests : BulkTests
{
    [TestCase(1_000, int.MaxValue)]
    [TestCase(int.MaxValue, 1_500_000)]
    public async Task What_waits_is_bounded_and_nobody_waits_for_it(int count, long bytes)
    {
        using var gate = new SemaphoreSlim(0);
        Server.Before = async _ =>
        {
            await gate.WaitAsync();
            gate.Release();
            return false;
        };
        await using var log = ShippedLog.Start(Server.Address, target => (target.MaxQueueCount, target.MaxQueueBytes, target.MaxBatchCount) = (count, bytes, 100));
        var began = Stopwatch.GetTimestamp();
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        log.Say(20_000, new string('x', 500));

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        var ledger = log.Ledger;
        Assert.That(ledger.IsTrue, ledger.ToString());
        Assert.That(ledger.Queued, Is.InRange(500, 2_500));
        Assert.That(ledger.Dropped["queue_full"], Is.EqualTo(20_000 - ledger.Queued));
        // The console of this test keeps its lines, too: 600 characters each.
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - memory, Is.LessThan((20_000 * 1_300) + 10_000_000));
        gate.Release();
        MustBeTrue(await log.Settled());
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("faster than they get", StringComparison.Ordinal))), "it to be said");
    }

    [Test]
    public async Task A_line_that_would_never_fit_is_too_large()
    {
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxQueueBytes = 50_000);

        log.Say(1, new string('x', 60_000));
        log.Say(1);

        var ledger = await log.Settled();
        Assert.That((ledger.Shipped, ledger.Dropped["too_large"]), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_process_that_ends_sends_what_waits()
    {
        var refusals = 0;
        // The pause after that would be longer than there is time.
        Server.Before = http =>
        {
            http.Response.Headers.RetryAfter = "60";
            return Answered(http, 503, Interlocked.Increment(ref refusals) == 1);
        };
        await using var log = ShippedLog.Start(Server.Address, target => (target.MaxBatchCount, target.CloseMilliseconds) = (100, 30_000));
        log.Say(5_000);
        await Wait.Until(() => Task.FromResult(refusals > 0), "the first refusal");

        await log.Close();

        MustHaveShipped(5_000, log.Ledger);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_process_that_ends_without_Elasticsearch_says_what_is_lost(bool isGone)
    {
        if (isGone)
        {
            await Server.TakeAway();
        }
        else
        {
            Server.Before = async http =>
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            };
        }

        await using var log = ShippedLog.Start(Server.Address, target => (target.MaxBatchCount, target.CloseMilliseconds) = (100, 500));
        log.Say(1_000);
        var began = Stopwatch.GetTimestamp();

        await log.Close();

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        var ledger = log.Ledger;
        MustBeTrue(ledger);
        Assert.That(ledger.Dropped["shutdown"], Is.EqualTo(1_000));
    }

    [Test]
    public async Task What_is_said_about_lines_is_no_line_itself()
    {
        Server.Refuse = _ => 400;
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(10);
        await log.Settled();
        await log.Close();

        Assert.That(log.Console, Has.Some.Contains("(rejected)"));
        Assert.That(log.Ledger.Emitted, Is.EqualTo(10));
    }
}
