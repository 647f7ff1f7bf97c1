using System.Net.Sockets;
using Dapper;
using Npgsql;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary><c>./build.sh Run</c>, <c>RunSplit</c> and <c>Observe</c>, from their start until nothing is left of them.</summary>
/// <param name="target">The target of <c>build.sh</c>.</param>
/// <param name="hosts">How many hosts it starts.</param>
/// <param name="role">What the host that takes orders connects as.</param>
[Platform("Linux", Reason = "Signals to a process group, terminals and a look at all processes are had in other ways elsewhere.")]
abstract class BuildScriptTests(string target, int hosts, string role)
{
    BuildScript script = null!;

    /// <summary>Runs on data that are kept from test to test; between them, nothing runs.</summary>
    protected BuildScript Script => script;

    [OneTimeSetUp]
    public async Task Prepare()
    {
        if (Checkout.Configuration != "release")
        {
            Assert.Ignore("build.sh runs what is built for release.");
        }

        script = new();
        await ClusterTemplate.CopyTo(script.Database);
    }

    [OneTimeTearDown]
    public void CleanUp() => script?.Dispose();

    static IEnumerable<TestCaseData> WaysToStop =>
    [
        new TestCaseData(false, (ChildProcess run) => Done(() => run.SendOrIgnore(Signal.Terminate))).SetArgDisplayNames("SIGTERM"),
        new TestCaseData(false, (ChildProcess run) => Done(() => run.SendOrIgnore(Signal.Interrupt))).SetArgDisplayNames("SIGINT"),
        new TestCaseData(false, (ChildProcess run) => Done(() => run.SendOrIgnore(Signal.HangUp))).SetArgDisplayNames("SIGHUP"),
        new TestCaseData(false, (ChildProcess run) => Done(() => run.SendToGroup(Signal.Terminate))).SetArgDisplayNames("SIGTERM to the group"),
        new TestCaseData(false, (ChildProcess run) => Done(() => run.SendToGroup(Signal.Interrupt))).SetArgDisplayNames("SIGINT to the group"),
        new TestCaseData(true, (ChildProcess run) => run.Type("\x03")).SetArgDisplayNames("Ctrl-C"),
    ];

    [TestCaseSource(nameof(WaysToStop))]
    public async Task Told_to_stop_it_finishes_what_is_in_flight_and_then_stops_its_database(bool inTerminal, Func<ChildProcess, Task> stop)
    {
        await using var run = inTerminal ? script.LaunchInTerminal(target) : script.Launch(target);
        await run.IsUp(hosts);
        using var orders = new HttpClient { BaseAddress = run.AddressOf("order") };
        Task<Answer> order;
        await using (var database = await OpenDatabase())
        {
            await LetWait(database);
            await using var transaction = await database.BeginTransactionAsync();
            await database.ExecuteAsync("select from products.products where id = 1 for no key update");
            order = orders.Order(user: 1, product: 1);
            await Wait.Until(() => IsWaiting(database), "the order to be in a batch on its way");
            await stop(run);
            await Wait.Until(orders.BaseAddress!.RefusesConnections, "the host to take no new connections");
        }

        Assert.That((int)(await order).Status, Is.EqualTo(201), (await order).ToString());
        await MustEnd(run, exitCode: 0);
    }

    [Test]
    public async Task A_second_signal_does_not_wait_for_a_client_that_never_finishes()
    {
        await using var run = script.Launch(target, ("Stop__TimeoutSeconds", "300"));
        await run.IsUp(hosts);
        var address = run.AddressOf("order");
        using var client = new HttpClient { BaseAddress = address };
        using var slow = new TcpClient(address.Host, address.Port);
        await slow.GetStream().WriteAsync(
            "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        await Wait.Until(
            async () => (await client.GetStringAsync("/metrics")).Contains("http_requests_in_progress 2", StringComparison.Ordinal),
            "the request to be in flight, beside this one");

        run.SendToGroup(Signal.Interrupt);
        await Wait.Until(address.RefusesConnections, "the host to take no new connections");
        run.SendToGroup(Signal.Interrupt);

        await MustEnd(run, exitCode: 0);
    }

    [Test]
    public async Task An_order_is_there_at_the_next_run_on_every_host()
    {
        string placed;
        await using (var first = await Start())
        {
            using var orders = new HttpClient { BaseAddress = first.AddressOf("order") };
            var answer = await orders.Order(user: 1, product: 2);
            Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
            placed = answer.Headers.Location!.ToString();
            await Stop(first);
        }

        await using var second = await Start();
        foreach (var (module, path) in new[] { ("order", placed), ("product", "/products/2"), ("user", "/users/1") })
        {
            using var client = new HttpClient { BaseAddress = second.AddressOf(module) };
            Assert.That((int)(await client.Get(path)).Status, Is.EqualTo(200), module);
        }

        await Stop(second);
    }

    [Test]
    public async Task Killed_it_leaves_nothing_that_the_next_run_cannot_clear_away()
    {
        await using var killed = await Start();
        killed.Send(Signal.Kill);
        await killed.WaitForExit();
        await Wait.Until(() => Task.FromResult(!script.Processes("Shop.").Any()), "the hosts to end with it");

        await using var next = await Start();
        await Stop(next);
    }

    [Test]
    public async Task Two_run_at_the_same_time_on_data_and_ports_of_their_own()
    {
        using var others = new BuildScript();
        await using var other = others.Launch(target);
        await using var run = script.Launch(target);
        await other.IsUp(hosts);
        await run.IsUp(hosts);
        other.SendOrIgnore(Signal.Terminate);
        await other.WaitForExit();
        Assert.That(other.ExitCode, Is.Zero);

        using var orders = new HttpClient { BaseAddress = run.AddressOf("order") };
        Assert.That((int)(await orders.Order(user: 1, product: 2)).Status, Is.EqualTo(201), "it goes on");
        await Stop(run);
    }

    [Test]
    public async Task A_second_run_on_the_same_data_is_refused_in_one_line_and_disturbs_nothing()
    {
        await using var first = await Start();
        await using var second = script.Launch(target);
        await second.WaitForExit();
        Assert.That(second.ExitCode, Is.EqualTo(1));
        Assert.That(second.Lines, Has.Exactly(1).Items.And.All.Contains("Another process runs the database"));

        using var orders = new HttpClient { BaseAddress = first.AddressOf("order") };
        Assert.That((int)(await orders.Order(user: 1, product: 2)).Status, Is.EqualTo(201), "it goes on");
        await Stop(first);
    }

    [Test]
    public async Task A_wrong_setting_is_told_once_and_stops_all()
    {
        await using var run = script.Launch(target, ("ORDER_PORT", "abc"));
        await run.WaitForExit();

        await MustEnd(run, exitCode: 1);
        Assert.That(run.Lines, Has.Exactly(1).Contains("ORDER_PORT").And.Exactly(1).StartsWith("ORDER_PORT is \"abc\""));
        Assert.That(run.Lines, Has.None.Match(@"^\s+at "));
        // Where there are others, it is said which one has ended.
        Assert.That(run.Lines, Has.Exactly(hosts > 1 ? 1 : 0).Contains("has ended"));
    }

    [Test]
    public async Task A_database_that_is_killed_is_started_again_with_all_that_was_acknowledged()
    {
        await using var run = await Start();
        using var orders = new HttpClient { BaseAddress = run.AddressOf("order") };
        var placed = (await orders.Order(user: 1, product: 2)).Headers.Location!.ToString();

        Signals.Send(Signal.Kill, script.Processes("bin/postgres").Min());

        await Wait.Until(async () => (int)(await orders.Order(user: 1, product: 2)).Status == 201, "the database to be back");
        Assert.That((int)(await orders.Get(placed)).Status, Is.EqualTo(200));
        Assert.That(run.Lines, Has.Exactly(1).Contains("PostgreSQL has ended, and not by this program. It is started again."));
        await Stop(run);
    }

    [Test]
    public async Task A_database_that_ends_again_at_once_ends_the_run_with_the_reason()
    {
        await using var run = await Start();
        while (!run.HasExited)
        {
            if (script.Processes("bin/postgres").DefaultIfEmpty().Min() is > 0 and var server)
            {
                Signals.TrySend(Signal.Kill, server);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        Assert.That(run.ExitCode, Is.EqualTo(1), string.Join('\n', run.Output));
        Assert.That(run.Lines, Has.Exactly(1).Match("PostgreSQL (has ended again|does not start again|does not start) .*postgres.*log"));
        Assert.That(script.Processes("Shop."), Is.Empty);
        await using var next = await Start();
        await Stop(next);
    }

    /// <summary>Starts it and waits for all that it starts.</summary>
    protected async Task<ChildProcess> Start()
    {
        var run = script.Launch(target);
        await run.IsUp(hosts);
        await IsComplete(run);
        return run;
    }

    /// <summary>Returns when all that it starts beside the hosts, which are up, is there.</summary>
    protected virtual Task IsComplete(ChildProcess run) => Task.CompletedTask;

    /// <summary>Starts it, kills one of its processes, and looks whether anything is left.</summary>
    /// <param name="word">A word in the command line of the one that is killed.</param>
    /// <param name="line">What is said of that.</param>
    protected async Task KillingStopsAll(string word, string line)
    {
        await using var run = await Start();

        Signals.Send(Signal.Kill, Script.Processes(word).Min());
        await run.WaitForExit();

        Assert.That(run.ExitCode, Is.EqualTo(1), string.Join('\n', run.Output));
        Assert.That(run.Lines, Has.Exactly(1).Contains("Stopping the others").And.Exactly(1).StartsWith(line));
        Assert.That(Script.Processes("Shop.").Concat(Script.Processes("--web.listen-address")), Is.Empty);
        await using var next = await Start();
        await Stop(next);
    }

    /// <summary>Stops it, and looks whether anything is left.</summary>
    protected async Task Stop(ChildProcess run)
    {
        run.SendOrIgnore(Signal.Terminate);
        await MustEnd(run, exitCode: 0);
    }

    async Task MustEnd(ChildProcess run, int exitCode)
    {
        await run.WaitForExit();
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), string.Join('\n', run.Output));
        // The server's pid file, whose end pg_ctl waits for, is gone a moment before the server is.
        await Wait.Until(() => Task.FromResult(!script.Processes().Any()), "the last process to end");
        Assert.That(File.Exists(Path.Combine(script.Database, "data", "postmaster.pid")), Is.False, "the server was stopped, not killed");
    }

    /// <summary>As the owner, on the database that the script runs.</summary>
    async Task<NpgsqlConnection> OpenDatabase()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(
                File.ReadLines(Path.Combine(script.Database, "data", "postmaster.pid")).ElementAt(3), System.Globalization.CultureInfo.InvariantCulture),
            Database = "ecommerce",
            Username = "admin",
            Password = await File.ReadAllTextAsync(Path.Combine(script.Database, "admin-password")),
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Orders wait for the test from now on, on however slow a machine.</summary>
    Task<int> LetWait(NpgsqlConnection database) => database.ExecuteAsync(
        $"""
        alter role {role} set lock_timeout = '60s';
        alter role {role} set statement_timeout = '60s';
        alter role {role} set idle_in_transaction_session_timeout = '60s';
        select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}';
        """);

    // Not pg_stat_activity, which shows the same all through a transaction.
    static Task<bool> IsWaiting(NpgsqlConnection database) => database.ExecuteScalarAsync<bool>(
        "select exists (select from pg_locks where not granted)");

    static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
