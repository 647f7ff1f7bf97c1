using Dapper;
using Npgsql;
using NUnit.Framework;

namespace Shop.Tests.Harness;

/// <summary>Replication and its faults. Rows are users.</summary>
public sealed class PrimaryAndStandbyTests
{
    PrimaryAndStandby pair = null!;

    [OneTimeSetUp]
    public async Task Start() => pair = await PrimaryAndStandby.Start();

    [OneTimeTearDown]
    public ValueTask Stop() => pair.DisposeAsync();

    [SetUp]
    public async Task Empty()
    {
        await pair.SetSynchronous(true);
        await pair.Primary.Empty();
        await pair.CaughtUp();
    }

    [Test]
    public async Task Rows_of_the_primary_are_read_on_the_standby_which_accepts_no_writes()
    {
        await AddUser(pair.Primary, "ann");
        await pair.CaughtUp();

        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann"]));
        Assert.That(
            () => AddUser(pair.Standby, "bob"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.ReadOnlySqlTransaction));
    }

    [Test]
    public async Task A_commit_waits_for_a_synchronous_standby_that_is_frozen()
    {
        Task commit;
        await using (FrozenServer.Freeze(pair.Standby))
        {
            commit = AddUser(pair.Primary, "ann");
            await Wait.Until(
                () => pair.Primary.Value<bool>("select exists (select from pg_stat_activity where wait_event = 'SyncRep')"),
                "the commit to wait for the standby");
            Assert.That(commit.IsCompleted, Is.False);
        }

        await commit.Soon();
    }

    [Test]
    public async Task A_commit_does_not_wait_for_an_asynchronous_standby_which_catches_up()
    {
        await pair.SetSynchronous(false);
        await using (FrozenServer.Freeze(pair.Standby))
        {
            await AddUser(pair.Primary, "ann").Soon();
        }

        await using (StoppedServer.Stop(pair.Standby))
        {
            await AddUser(pair.Primary, "bob").Soon();
        }

        await pair.CaughtUp();
        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann", "bob"]));
    }

    [Test]
    public async Task The_standby_lags_behind_by_its_apply_delay()
    {
        await pair.SetApplyDelay(TimeSpan.FromHours(1));
        await AddUser(pair.Primary, "ann");
        var committed = await pair.Primary.Value<string>("select pg_current_wal_lsn()::text");
        await Wait.Until(
            () => pair.Standby.Value<bool>("select pg_last_wal_receive_lsn() >= @committed::pg_lsn", new { committed }), "the standby to receive the row");

        Assert.That(await Users(pair.Standby), Is.Empty);

        await pair.SetApplyDelay(TimeSpan.Zero);
        await pair.CaughtUp();
        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann"]));
    }

    [Test]
    public async Task A_killed_primary_starts_again_with_all_that_was_committed()
    {
        await AddUser(pair.Primary, "ann");

        await pair.Primary.Kill();
        Assert.That(() => AddUser(pair.Primary, "bob"), Throws.InstanceOf<NpgsqlException>());
        await pair.Primary.StartAgain();

        await AddUser(pair.Primary, "cid");
        await pair.CaughtUp();
        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann", "cid"]));
    }

    [Test]
    public async Task A_standby_that_runs_is_replaced_by_a_new_copy_of_the_primary()
    {
        await AddUser(pair.Primary, "ann");

        await pair.Rejoin();

        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann"]));
        await AddUser(pair.Primary, "bob");
        await pair.CaughtUp();
        Assert.That(await Users(pair.Standby), Is.EqualTo(["ann", "bob"]));
    }

    static Task AddUser(PostgresServer server, string name) =>
        server.Run($"insert into users.users (username, email) values ('{name}', '{name}@example.com')");

    static async Task<IEnumerable<string>> Users(PostgresServer server)
    {
        await using var connection = await server.Owner.OpenConnectionAsync();
        return await connection.QueryAsync<string>("select username from users.users order by id");
    }
}
