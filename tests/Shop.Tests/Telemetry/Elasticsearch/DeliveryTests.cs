using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;
using Shop.Shared.Telemetry.Elasticsearch;
using Shop.Tests.Running;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>What becomes of log lines, whatever Elasticsearch does. Each test ends with a ledger that agrees with what is there, to the line.</summary>
public sealed class DeliveryTests
{
    BulkServer server = null!;

    [SetUp]
    public async Task StartServer() => server = await BulkServer.Start();

    [TearDown]
    public async Task StopServer()
    {
        await server.DisposeAsync();
        Assert.That(server.Complaints, Is.Empty);
    }

    [Test]
    public async Task Lines_arrive_once_in_batches()
    {
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 100);

        log.Say(1_000);

        MustHaveShipped(1_000, await log.Settled());
        Assert.That(server.Requests, Has.Count.InRange(10, 100));
        Assert.That(
            server.Documents.Values.Select(document => document.GetProperty("message").GetString()),
            Is.EquivalentTo(Enumerable.Range(0, 1_000).Select(i => $"line {i}")));
    }

    [Test]
    public async Task A_batch_that_has_its_bytes_leaves()
    {
        await using var log = await ShippedLog.Start(server.Address, target => (target.MaxBatchBytes, target.MaxBatchMilliseconds) = (10_000, 10_000));

        log.Say(500, new string('x', 1_000));

        await Wait.Until(() => Task.FromResult(server.Requests.Count > 10), "batches before their time");
        Assert.That(server.Requests.Select(request => request.Bytes), Is.All.LessThan(15_000));
    }

    [Test]
    public async Task Ids_begin_with_the_time()
    {
        await using var log = await ShippedLog.Start(server.Address);
        log.Say(1, "first");
        await log.Settled();
        log.Say(1, "second");
        await log.Settled();

        Assert.That(
            server.Documents.OrderBy(document => document.Key, StringComparer.Ordinal).Select(document => document.Value.GetProperty("message").GetString()),
            Is.EqualTo(["first 0", "second 0"]));
    }

    [TestCase(429)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task Documents_that_are_refused_for_now_are_tried_again_and_they_alone(int status)
    {
        var refusals = 0;
        server.Refuse = _ => Interlocked.Increment(ref refusals) <= 30 ? status : 0;
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 20);

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
        server.Before = http => Answered(http, status, Interlocked.Increment(ref refusals) <= 2);
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.Some.Contains($"does not take log lines: {status}").And.Some.Contains("takes log lines again"));
    }

    [Test]
    public async Task Retry_After_is_waited_for()
    {
        server.Before = http =>
        {
            http.Response.Headers.RetryAfter = "1";
            return Answered(http, 503, server.Requests.Count == 1);
        };
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
        var times = server.Requests.Select(request => request.At).ToArray();
        Assert.That(times[1] - times[0], Is.GreaterThan(TimeSpan.FromSeconds(0.95)));
    }

    [TestCase("0")]
    [TestCase("Wed, 21 Oct 2015 07:28:00 GMT")]
    public async Task A_Retry_After_that_is_over_is_no_reason_to_hammer(string retryAfter)
    {
        var began = Stopwatch.GetTimestamp();
        server.Before = http =>
        {
            http.Response.Headers.RetryAfter = retryAfter;
            return Answered(http, 503, Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        };
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
        Assert.That(server.Requests, Has.Count.LessThan(40));
    }

    [Test]
    public async Task A_refusal_in_letters_that_nobody_knows_is_tried_again()
    {
        server.Before = http =>
        {
            http.Response.ContentType = "text/html; charset=utf8";
            return Answered(http, 503, server.Requests.Count == 1);
        };
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(10);

        MustHaveShipped(10, await log.Settled());
    }

    [Test]
    public async Task Who_may_not_write_to_the_index_waits_as_who_is_not_let_in()
    {
        (server.ErrorType, server.Refuse) = ("security_exception", _ => 403);
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(10);
        await Wait.Until(() => Task.FromResult(server.Requests.Count >= 3), "it to be tried once more");
        Assert.That((await log.Ledger()).Queued, Is.EqualTo(10));
        server.Refuse = _ => 0;

        MustHaveShipped(10, await log.Settled());
    }

    [Test]
    public async Task Words_without_an_end_keep_nobody()
    {
        await using var log = await ShippedLog.Start(server.Address);

        await Task.Run(() => log.Fail(new InvalidOperationException(new string('@', 500_000)))).Soon();

        MustHaveShipped(1, await log.Settled());
    }

    [Test]
    public async Task Documents_that_are_refused_for_good_are_counted_and_one_of_them_is_shown()
    {
        server.Refuse = document => document.GetProperty("message").GetString()!.EndsWith('7') ? 400 : 0;
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 20);

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
        server.Before = http => Answered(http, status);
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(100);

        var ledger = await log.Settled();
        MustBeTrue(ledger);
        Assert.That(ledger.Dropped["rejected"], Is.EqualTo(100));
    }

    [Test]
    public async Task A_batch_that_is_too_large_is_halved_and_a_document_that_is_too_large_is_dropped()
    {
        server.MaxContentLength = 20_000;
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(50, new string('x', 1_000));
        log.Say(1, new string('y', 100_000));
        log.Say(50, new string('z', 1_000));

        var ledger = await log.Settled();
        MustBeTrue(ledger);
        Assert.That((ledger.Shipped, ledger.Dropped["too_large"]), Is.EqualTo((100, 1)));
        Assert.That(log.Console, Has.One.Contains("(too_large)"));
    }

    [Test]
    public async Task A_lost_answer_doubles_nothing()
    {
        server.After = http =>
        {
            if (server.Requests.Count <= 3)
            {
                http.Abort();
            }

            return Task.CompletedTask;
        };
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 50);

        log.Say(200);

        MustHaveShipped(200, await log.Settled());
    }

    [Test]
    public async Task An_answer_that_never_comes_is_asked_for_again()
    {
        server.After = http => server.Requests.Count == 1 ? Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default) : Task.CompletedTask;
        await using var log = await ShippedLog.Start(server.Address, target => target.TimeoutMilliseconds = 300);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.Some.Contains("no answer within 0.3 s"));
    }

    [Test]
    public async Task Answers_that_are_slow_are_waited_for()
    {
        server.After = _ => Task.Delay(300);
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(100);

        MustHaveShipped(100, await log.Settled());
        Assert.That(log.Console, Has.None.Contains("does not take"));
    }

    [TestCase("<html>Welcome</html>")]
    [TestCase("{}")]
    [TestCase("""{"items": []}""")]
    [TestCase("""{"items": [{"create": {"status": "201"}}]}""")]
    public async Task What_is_no_answer_of_bulk_settles_nothing(string answer)
    {
        server.Before = async http =>
        {
            if (server.Requests.Count == 1)
            {
                await http.Response.WriteAsync(answer);
            }

            return server.Requests.Count == 1;
        };
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(1);

        MustHaveShipped(1, await log.Settled());
    }

    [Test]
    public async Task An_outage_in_the_middle_of_a_load_loses_nothing()
    {
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 100);

        log.Say(2_000);
        await server.TakeAway();
        log.Say(2_000);
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("does not take log lines", StringComparison.Ordinal))), "the outage to be noticed");
        Assert.That((await log.Ledger()).IsTrue);
        await server.BringBack();
        log.Say(2_000);

        MustHaveShipped(6_000, await log.Settled());
    }

    [TestCase(401)]
    [TestCase(403)]
    public async Task Who_is_not_let_in_does_not_hammer_at_the_door(int status)
    {
        server.Before = http => Answered(http, status, status == 403 ? server.Authorization is not null : http.Request.Headers.Authorization != server.Authorization);
        server.Authorization = "ApiKey right";
        await using var log = await ShippedLog.Start(server.Address, target => (target.ApiKey, target.LockedOutMilliseconds) = ("wrong", 1_000));

        log.Say(10);
        await Wait.Until(() => Task.FromResult(server.Requests.Count >= 3), "it to be tried once more");
        var times = server.Requests.Select(request => request.At).ToArray();
        Assert.That(times[2] - times[1], Is.GreaterThan(TimeSpan.FromSeconds(0.95)));
        Assert.That((await log.Ledger()).Queued, Is.EqualTo(10));
        server.Authorization = null;
        server.Before = _ => Task.FromResult(false);

        MustHaveShipped(10, await log.Settled());
    }

    [Test]
    public async Task It_says_who_it_is()
    {
        foreach (var (expected, change) in new (string, Action<ElasticSearchTarget>)[]
        {
            ("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pässword")), target => (target.Username, target.Password) = ("ann", "pässword")),
            ("ApiKey ZW5jb2RlZA==", target => target.ApiKey = "ZW5jb2RlZA=="),
            ("ApiKey " + Convert.ToBase64String("id:key"u8), target => (target.ApiKeyId, target.ApiKey) = ("id", "key")),
        })
        {
            server.Authorization = expected;
            await using var log = await ShippedLog.Start(server.Address, change);
            log.Say(1);
            Assert.That((await log.Settled()).Shipped, Is.EqualTo(1), expected);
        }
    }

    [Test]
    public async Task A_certificate_counts_only_if_it_comes_from_the_right_authority()
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        await using var secure = await BulkServer.Start(authority.Issue());
        await using (var wrong = await ShippedLog.Start(secure.Address, target => (target.CaFile, target.CloseMilliseconds) = (stranger.File, 100)))
        {
            wrong.Say(10);
            await Wait.Until(() => Task.FromResult(wrong.Console.Any(line => line.Contains("does not take log lines", StringComparison.Ordinal))), "the refusal");
            Assert.That((await wrong.Ledger()).Queued, Is.EqualTo(10));
        }

        Assert.That(secure.Documents, Is.Empty);
        await using var right = await ShippedLog.Start(secure.Address, target => target.CaFile = authority.File);
        right.Say(10);

        Assert.That((await right.Settled()).Shipped, Is.EqualTo(10));
        Assert.That(secure.Documents, Has.Count.EqualTo(10));
    }

    [TestCase(1_000, int.MaxValue)]
    [TestCase(int.MaxValue, 1_500_000)]
    public async Task What_waits_is_bounded_and_nobody_waits_for_it(int count, long bytes)
    {
        using var gate = new SemaphoreSlim(0);
        server.Before = async _ =>
        {
            await gate.WaitAsync();
            gate.Release();
            return false;
        };
        await using var log = await ShippedLog.Start(server.Address, target => (target.MaxQueueCount, target.MaxQueueBytes, target.MaxBatchCount) = (count, bytes, 100));
        var began = Stopwatch.GetTimestamp();
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        log.Say(20_000, new string('x', 500));

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        var ledger = await log.Ledger();
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
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxQueueBytes = 50_000);

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
        server.Before = http =>
        {
            http.Response.Headers.RetryAfter = "60";
            return Answered(http, 503, Interlocked.Increment(ref refusals) == 1);
        };
        await using var log = await ShippedLog.Start(server.Address, target => target.MaxBatchCount = 100);
        log.Say(5_000);
        await Wait.Until(() => Task.FromResult(refusals > 0), "the first refusal");

        await log.Close();

        MustHaveShipped(5_000, await log.Ledger());
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_process_that_ends_without_Elasticsearch_says_what_is_lost(bool isGone)
    {
        if (isGone)
        {
            await server.TakeAway();
        }
        else
        {
            server.Before = async http =>
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            };
        }

        await using var log = await ShippedLog.Start(server.Address, target => (target.MaxBatchCount, target.CloseMilliseconds) = (100, 500));
        log.Say(1_000);
        var began = Stopwatch.GetTimestamp();

        await log.Close();

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        var ledger = await log.Ledger();
        MustBeTrue(ledger);
        Assert.That(ledger.Dropped["shutdown"], Is.EqualTo(1_000));
    }

    [Test]
    public async Task What_is_said_about_lines_is_no_line_itself()
    {
        server.Refuse = _ => 400;
        await using var log = await ShippedLog.Start(server.Address);

        log.Say(10);
        await log.Settled();
        await log.Close();

        Assert.That(log.Console, Has.Some.Contains("(rejected)"));
        Assert.That((await log.Ledger()).Emitted, Is.EqualTo(10));
    }

    [Test]
    public async Task A_configuration_for_the_package_works_here()
    {
        server.Authorization = "Basic " + Convert.ToBase64String("ann:secret"u8);
        await using var log = await ShippedLog.Configured(
            $$"""
            <nlog xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" throwConfigExceptions="true">
              <targets>
                <target name="elastic" xsi:type="BufferingWrapper" flushTimeout="50">
                  <target xsi:type="ElasticSearch" uri="{{server.Address}}" index="logs-shop-default" documentType="" opCodeCreate="true"
                          requireAuth="true" username="ann" password="secret" includeAllProperties="true" excludedProperties="text"
                          includeDefaultFields="true" disablePing="true" maxRecursionLimit="1" enableHttpCompression="true" disableAutomaticProxyDetection="true"
                          layout="said: ${message}">
                    <field name="answer" layout="42" layoutType="System.Int32" />
                    <field name="word" layout="${level}" />
                  </target>
                </target>
              </targets>
              <rules>
                <logger name="*" minlevel="Info" writeTo="elastic" />
              </rules>
            </nlog>
            """);

        log.Say(1);
        await Wait.Until(() => Task.FromResult(server.Documents.Count == 1), "the line");

        var document = server.Documents.Values.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(document.GetProperty("message").GetString(), Is.EqualTo("said: line 0"));
            Assert.That(document.GetProperty("number").GetInt32(), Is.Zero);
            Assert.That(document.TryGetProperty("text", out _), Is.False);
            Assert.That(document.GetProperty("answer").GetInt32(), Is.EqualTo(42));
            Assert.That(document.GetProperty("word").GetString(), Is.EqualTo("Info"));
        }
    }

    [Test]
    public async Task A_fault_is_a_document_with_its_trace_and_without_addresses()
    {
        await using var log = await ShippedLog.Start(server.Address);
        try
        {
            throw new InvalidOperationException("Key (lower(email))=(ann.o'neil+x@example.com) exists\r\nand \"quoted\", \ud800 and %40example.org");
        }
        catch (InvalidOperationException fault)
        {
            log.Fail(fault);
        }

        MustHaveShipped(1, await log.Settled());
        var document = server.Documents.Values.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(document.GetProperty("log.level").GetString(), Is.EqualTo("error"));
            Assert.That(document.GetProperty("error.type").GetString(), Is.EqualTo("System.InvalidOperationException"));
            Assert.That(document.GetProperty("error.message").GetString(), Does.StartWith("Key (lower(email))=(***) exists\r\nand \"quoted\"").And.Not.Contain("example"));
            Assert.That(document.GetProperty("error.stack_trace").GetString(), Does.Contain(nameof(A_fault_is_a_document_with_its_trace_and_without_addresses)).And.Not.Contain("example"));
        }
    }

    static async Task<bool> Answered(HttpContext http, int status, bool isRefused = true)
    {
        if (isRefused)
        {
            http.Response.StatusCode = status;
            await http.Response.WriteAsync($$"""{"status": {{status}}}""");
        }

        return isRefused;
    }

    void MustHaveShipped(int lines, LedgerPage ledger)
    {
        MustBeTrue(ledger);
        Assert.That((ledger.Emitted, ledger.Shipped), Is.EqualTo((lines, lines)), ledger.ToString());
    }

    /// <summary>Each line is accounted for, and there is what was shipped.</summary>
    void MustBeTrue(LedgerPage ledger)
    {
        Assert.That(ledger.IsTrue, ledger.ToString());
        Assert.That(server.Documents, Has.Count.EqualTo(ledger.Shipped), ledger.ToString());
    }
}
