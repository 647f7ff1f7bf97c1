using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>Log lines arrive, once, whether Elasticsearch is quick, slow, or away for a while.</summary>
public sealed class DeliveryTests : BulkTests
{
    [Test]
    public async Task Lines_arrive_once_in_batches()
    {
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxBatchCount = 100);

        log.Say(1_000);

        MustHaveShipped(1_000, await log.Settled());
        Assert.That(Server.Requests, Has.Count.InRange(10, 100));
        Assert.That(
            Server.Documents.Values.Select(document => document.GetProperty("message").GetString()),
            Is.EquivalentTo(Enumerable.Range(0, 1_000).Select(i => $"line {i}")));
    }

    [Test]
    public async Task Lines_of_many_threads_do_not_mix()
    {
        await using var log = ShippedLog.Start(Server.Address);

        Parallel.For(0, 16, i => log.Say(500, $"thread {i}"));

        MustHaveShipped(8_000, await log.Settled());
        Assert.That(
            Server.Documents.Values.Select(document => document.GetProperty("message").GetString()),
            Is.EquivalentTo(from thread in Enumerable.Range(0, 16) from i in Enumerable.Range(0, 500) select $"thread {thread} {i}"));
    }

    [Test]
    public async Task A_batch_that_has_its_bytes_leaves()
    {
        await using var log = ShippedLog.Start(Server.Address, target => (target.MaxBatchBytes, target.MaxBatchMilliseconds) = (10_000, 10_000));

        log.Say(500, new string('x', 1_000));

        await Wait.Until(() => Task.FromResult(Server.Requests.Count > 10), "batches before their time");
        Assert.That(Server.Requests.Select(request => request.Bytes), Is.All.LessThan(15_000));
    }

    [Test]
    public async Task Ids_begin_with_the_time()
    {
        await using var log = ShippedLog.Start(Server.Address);
        log.Say(1, "first");
        await log.Settled();
        log.Say(1, "second");
        await log.Settled();

        Assert.That(
            Server.Documents.OrderBy(document => document.Key, StringComparer.Ordinal).Select(document => document.Value.GetProperty("message").GetString()),
            Is.EqualTo(["first 0", "second 0"]));
    }

    [Test]
    public async Task A_lost_answer_doubles_nothing()
    {
        Server.After = http =>
        {
            if (Server.Requests.Count <= 3)
            {
                http.Abort();
            }

            return Task.CompletedTask;
        };
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxBatchCount = 50);

        log.Say(200);

        MustHaveShipped(200, await log.Settled());
    }

    [Test]
    public async Task An_answer_that_never_comes_is_asked_for_again()
    {
        Server.After = http => Server.Requests.Count == 1 ? Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default) : Task.CompletedTask;
        await using var log = ShippedLog.Start(Server.Address, target => target.TimeoutMilliseconds = 300);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.Some.Contains("no answer within 0.3 s"));
    }

    [Test]
    public async Task Answers_that_are_slow_are_waited_for()
    {
        Server.After = _ => Task.Delay(300);
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.None.Contains("does not take"));
    }

    [Test]
    public async Task An_outage_in_the_middle_of_a_load_loses_nothing()
    {
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxBatchCount = 100);

        log.Say(2_000);
        await Server.TakeAway();
        log.Say(2_000);
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("does not take log lines", StringComparison.Ordinal))), "the outage to be noticed");
        Assert.That(log.Ledger.IsTrue);
        await Server.BringBack();
        log.Say(2_000);

        MustHaveShipped(6_000, await log.Settled());
    }

    [Test]
    public async Task A_fault_is_a_document_with_its_trace_and_without_addresses()
    {
        await using var log = ShippedLog.Start(Server.Address);
        try
        {
            throw new InvalidOperationException("Key (lower(email))=(ann.o'neil+x@example.com) exists\r\nand \"quoted\", \ud800 and %40example.org");
        }
        catch (InvalidOperationException fault)
        {
            log.Fail(fault);
        }

        MustHaveShipped(1, await log.Settled());
        var document = Server.Documents.Values.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(document.GetProperty("log.level").GetString(), Is.EqualTo("error"));
            Assert.That(document.GetProperty("error.type").GetString(), Is.EqualTo("System.InvalidOperationException"));
            Assert.That(document.GetProperty("error.message").GetString(), Does.StartWith("Key (lower(email))=(***) exists\r\nand \"quoted\"").And.Not.Contain("example"));
            Assert.That(document.GetProperty("error.stack_trace").GetString(), Does.Contain(nameof(A_fault_is_a_document_with_its_trace_and_without_addresses)).And.Not.Contain("example"));
        }
    }
}
