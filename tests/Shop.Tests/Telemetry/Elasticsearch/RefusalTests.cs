using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>What becomes of log lines that Elasticsearch refuses: for now, for good, or for their size.</summary>
public sealed class RefusalTests : BulkTests
{
    [TestCase(429)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task Documents_that_are_refused_for_now_are_tried_again_and_they_alone(int status)
    {
        var refusals = 0;
        Server.Refuse = _ => Interlocked.Increment(ref refusals) <= 30 ? status : 0;
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxBatchCount = 20);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(refusals, Is.EqualTo(130));
    }

    [TestCase(429)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task Requests_that_are_refused_for_now_are_tried_again(int status)
    {
        var refusals = 0;
        Server.Before = http => Answered(http, status, Interlocked.Increment(ref refusals) <= 2);
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.Some.Contains($"does not take log lines: {status}").And.Some.Contains("takes log lines again"));
    }

    [Test]
    public async Task Retry_After_is_waited_for()
    {
        Server.Before = http =>
        {
            http.Response.Headers.RetryAfter = "1";
            return Answered(http, 503, Server.Requests.Count == 1);
        };
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
        var times = Server.Requests.Select(request => request.At).ToArray();
        Assert.That(times[1] - times[0], Is.GreaterThan(TimeSpan.FromSeconds(0.95)));
    }

    [TestCase("0")]
    [TestCase("Wed, 21 Oct 2015 07:28:00 GMT")]
    public async Task A_Retry_After_that_is_over_is_no_reason_to_hammer(string retryAfter)
    {
        var began = Stopwatch.GetTimestamp();
        Server.Before = http =>
        {
            http.Response.Headers.RetryAfter = retryAfter;
            return Answered(http, 503, Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        };
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
        Assert.That(Server.Requests, Has.Count.LessThan(40));
    }

    [Test]
    public async Task A_refusal_in_letters_that_nobody_knows_is_tried_again()
    {
        Server.Before = http =>
        {
            http.Response.ContentType = "text/html; charset=utf8";
            return Answered(http, 503, Server.Requests.Count == 1);
        };
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
    }

    [Test]
    public async Task Words_without_an_end_keep_nobody()
    {
        await using var log = ShippedLog.Start(Server.Address);

        await Task.Run(() => log.Fail(new InvalidOperationException(new string('@', 500_000)))).Soon();

        MustHaveShipped(1, await log.Settled());
    }

    [Test]
    public async Task Documents_that_are_refused_for_good_are_counted_and_one_of_them_is_shown()
    {
        Server.Refuse = document => document.GetProperty("message").GetString()!.EndsWith('7') ? 400 : 0;
        await using var log = ShippedLog.Start(Server.Address, target => target.MaxBatchCount = 20);

        log.Say(100);

        var ledger = await log.Settled();
        MustBeTrue(ledger);
        Assert.That((ledger.Shipped, ledger.Dropped["rejected"]), Is.EqualTo((90, 10)));
        var shown = log.Console.Where(line => line.Contains("(rejected)", StringComparison.Ordinal)).ToArray();
        Assert.That(shown, Has.Length.EqualTo(1));
        Assert.That(shown[0], Does.Contain("400 some_exception").And.Contain("line 7"));
    }

    [TestCase(400)]
    [TestCase(404)]
    [TestCase(500)]
    [TestCase(302)]
    public async Task A_request_that_is_refused_for_good_is_counted(int status)
    {
        Server.Before = http => Answered(http, status);
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(100);

        var ledger = await log.Settled();
        MustBeTrue(ledger);
        Assert.That(ledger.Dropped["rejected"], Is.EqualTo(100));
    }

    [Test]
    public async Task A_batch_that_is_too_large_is_halved_and_a_document_that_is_too_large_is_dropped()
    {
        Server.MaxContentLength = 20_000;
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(50, new string('x', 1_000));
        log.Say(1, new string('y', 100_000));
        log.Say(50, new string('z', 1_000));

        var ledger = await log.Settled();
        MustBeTrue(ledger);
        Assert.That((ledger.Shipped, ledger.Dropped["too_large"]), Is.EqualTo((100, 1)));
        Assert.That(log.Console, Has.One.Contains("(too_large)"));
    }

    [TestCase("<html>Welcome</html>")]
    [TestCase("{}")]
    [TestCase("""{"items": []}""")]
    [TestCase("""{"items": [{"create": {"status": "201"}}]}""")]
    public async Task What_is_no_answer_of_bulk_settles_nothing(string answer)
    {
        Server.Before = async http =>
        {
            if (Server.Requests.Count == 1)
            {
                await http.Response.WriteAsync(answer);
            }

            return Server.Requests.Count == 1;
        };
        await using var log = ShippedLog.Start(Server.Address);

        log.Say(1);

        MustHaveShipped(1, await log.Settled());
    }
}
