using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>What becomes of log lines with a real engine: its count and the ledger agree, to the line.</summary>
[NonParallelizable]
public sealed class SearchEngineTests
{
    SearchEngine engine = null!;
    long before;

    [OneTimeSetUp]
    public async Task StartEngine() => engine = await SearchEngine.Start("http.max_content_length=1mb");

    [OneTimeTearDown]
    public async Task StopEngine()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync();
        }
    }

    [SetUp]
    public async Task Count() => before = await engine.Count();

    [Test]
    public async Task Lines_are_there_and_can_be_found()
    {
        await using var log = ShippedLog.Start(engine.Address);

        log.Say(5_000);
        log.Fail(new InvalidOperationException("odd: \ud800, 😀, \0, \u2028, \"quoted\" and\r\nbroken"));

        await MustAgree(log, shipped: 5_001);
        Assert.That(await engine.Count("error.type:\"System.InvalidOperationException\" AND error.message:quoted AND log.level:error"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_engine_that_is_killed_in_the_middle_of_a_load_gets_every_line_once()
    {
        await using var log = ShippedLog.Start(engine.Address, target => target.MaxBatchCount = 100);
        var load = Load(log);
        await Wait.Until(() => Task.FromResult(log.Ledger.Shipped > 500), "the load");

        engine.Kill();
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("does not take log lines", StringComparison.Ordinal))), "the outage to be noticed");
        await engine.StartAgain();
        await load;

        await MustAgree(log, shipped: 10_000);
    }

    [Test]
    public async Task Lines_that_were_there_before_the_setup_are_all_in_the_data_stream_after_it()
    {
        await engine.Forget();
        before = 0;
        await using var log = ShippedLog.Start(engine.Address, target => target.MaxBatchCount = 100);
        var load = Load(log);
        await Wait.Until(() => Task.FromResult(log.Ledger.Shipped > 500), "the load");
        Assert.That(await engine.HasStream(), Is.False);

        await engine.Prepare();
        await load;

        await MustAgree(log, shipped: 10_000);
        Assert.That(await engine.HasStream());
    }

    [Test]
    public async Task An_engine_that_freezes_in_the_middle_of_a_load_gets_every_line_once()
    {
        await using var log = ShippedLog.Start(engine.Address, target => (target.MaxBatchCount, target.TimeoutMilliseconds) = (100, 500));
        var load = Load(log);
        await Wait.Until(() => Task.FromResult(log.Ledger.Shipped > 500), "the load");

        engine.Freeze();
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("no answer within", StringComparison.Ordinal))), "the outage to be noticed");
        engine.Thaw();
        await load;

        await MustAgree(log, shipped: 10_000);
    }

    [Test]
    public async Task A_full_disk_is_waited_for()
    {
        await using var log = ShippedLog.Start(engine.Address);
        await engine.Set("index.blocks.read_only_allow_delete", "true");
        log.Say(1_000);
        await Wait.Until(() => Task.FromResult(log.Console.Any(line => line.Contains("does not take log lines: 429", StringComparison.Ordinal))), "it to be said");
        await engine.Set("index.blocks.read_only_allow_delete", "null");

        await MustAgree(log, shipped: 1_000);
    }

    [Test]
    public async Task What_is_blocked_is_counted_out()
    {
        await using var log = ShippedLog.Start(engine.Address);
        await engine.Set("index.blocks.write", "true");
        log.Say(100);
        await log.Settled();
        await engine.Set("index.blocks.write", "null");

        var ledger = await MustAgree(log, shipped: 0);
        Assert.That(ledger.Dropped["rejected"], Is.EqualTo(100));
        Assert.That(log.Console, Has.Some.Contains("(rejected): 403"));
    }

    [Test]
    public async Task A_field_of_the_wrong_type_is_counted_out()
    {
        await using var log = ShippedLog.Start(engine.Address, target => target.Fields.Add(new() { Name = "shop.user_id", Layout = "${event-properties:text}" }));
        log.Say(10, "no number");
        log.Say(10, "17");

        var ledger = await MustAgree(log, shipped: 10);
        Assert.That(ledger.Dropped["rejected"], Is.EqualTo(10));
        Assert.That(log.Console, Has.Some.Contains("(rejected): 400"));
    }

    [Test]
    public async Task What_is_too_large_is_halved_or_dropped()
    {
        await using var log = ShippedLog.Start(engine.Address, target => target.MaxBatchBytes = 8 << 20);
        log.Say(50, new string('x', 30_000));
        log.Say(1, new string('y', 2 << 20));

        var ledger = await MustAgree(log, shipped: 50);
        Assert.That(ledger.Dropped["too_large"], Is.EqualTo(1), ledger.ToString());
    }

    [Test]
    public async Task A_process_that_ends_leaves_nothing_behind()
    {
        await using var log = ShippedLog.Start(engine.Address, target => (target.MaxBatchMilliseconds, target.CloseMilliseconds) = (10_000, 20_000));
        log.Say(5_000);

        await log.Close();

        await MustAgree(log, shipped: 5_000);
    }

    static Task Load(ShippedLog log) => Task.Run(async () =>
    {
        for (var i = 0; i < 100; i++)
        {
            log.Say(100);
            await Task.Delay(10);
        }
    });

    async Task<LedgerPage> MustAgree(ShippedLog log, long shipped)
    {
        var ledger = await log.Settled();
        Assert.That(ledger.IsTrue, ledger.ToString());
        Assert.That((ledger.Shipped, await engine.Count() - before), Is.EqualTo((shipped, shipped)), ledger.ToString());
        return ledger;
    }
}
