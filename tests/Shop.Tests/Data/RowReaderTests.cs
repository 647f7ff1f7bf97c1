using Dapper;
using Npgsql;
using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>Rows read by id from PostgreSQL: here the numbers from 1 to 10, each with what the server knows of its query.</summary>
public sealed class RowReaderTests : DatabaseTests
{
    const int Gate = 4712;

    static readonly BatchOptions Options = new() { MaxSize = 100, MaxWaiting = 100 };

    // A query waits while the gate is closed.
    static readonly string Numbers =
        $"""
        select id, cardinality(@ids) as asked, pg_backend_pid() as process
        from generate_series(1, 10) as id, (select pg_advisory_xact_lock_shared({Gate})) as gate
        where id = any(@ids)
        """;

    ConnectionPool database = null!;
    RowReader<int, Row> reader = null!;

    /// <param name="Asked">Different ids in the query that has read this row.</param>
    /// <param name="Process">The server's session that has read it.</param>
    sealed record Row(int Id, int Asked, int Process);

    [SetUp]
    public void Open()
    {
        database = new("tests", 20, NpgsqlDataSource.Create(Database.OwnerConnectionString), () => Task.FromResult(true));
        reader = Reader();
    }

    [TearDown]
    public async Task Close()
    {
        await reader.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task Reads_a_row()
    {
        Assert.That((await Read(7))?.Id, Is.EqualTo(7));
    }

    [Test]
    public async Task Answers_null_where_there_is_no_row()
    {
        Assert.That(await Read(11), Is.Null);
    }

    [Test]
    public async Task Reads_the_rows_asked_for_at_the_same_moment_in_one_query()
    {
        var rows = await ReadTogether(3, 1, 2);

        Assert.That(rows.Select(row => (row?.Id, row?.Asked)), Is.EqualTo(new (int?, int?)[] { (3, 3), (1, 3), (2, 3) }));
    }

    [Test]
    public async Task Asks_once_for_a_row_that_several_want()
    {
        var rows = await ReadTogether(5, 6, 5, 5);

        Assert.That(rows.Select(row => (row?.Id, row?.Asked)), Is.EqualTo(new (int?, int?)[] { (5, 2), (6, 2), (5, 2), (5, 2) }));
    }

    [Test]
    public async Task Answers_null_to_those_alone_whose_row_is_missing()
    {
        var rows = await ReadTogether(1, 11, 2, 11);

        Assert.That(rows.Select(row => row?.Id), Is.EqualTo(new int?[] { 1, null, 2, null }));
    }

    [Test]
    public async Task Reads_on_when_the_server_has_ended_the_sessions_in_the_pool()
    {
        var sessions = await ReadOnSeveralSessions();
        await using (var owner = await Database.Owner.OpenConnectionAsync())
        {
            await owner.ExecuteAsync("select pg_terminate_backend(pid) from unnest(@sessions) as pid", new { sessions });
            await Wait.Until(
                () => owner.ExecuteScalarAsync<bool>(
                    "select not exists (select from pg_stat_activity where pid = any(@sessions))", new { sessions }),
                "the sessions to end");
        }

        var row = await Read(7);

        Assert.That(row?.Id, Is.EqualTo(7));
        Assert.That(sessions, Does.Not.Contain(row!.Process));
    }

    [Test]
    public async Task Passes_on_what_the_server_refuses()
    {
        await using var failing = new RowReader<int, Row>(
            "failing", database, Options, "select 1 / 0 as id where 1 = any(@ids)", row => row.Id);

        Assert.That(async () => await failing.Read(1, default).Soon(), Throws.InstanceOf<PostgresException>());
    }

    RowReader<int, Row> Reader() => new("numbers", database, Options, Numbers, row => row.Id);

    Task<Row?> Read(int id) => reader.Read(id, default).Soon();

    /// <summary>Asks for rows while another query is on its way, so that they have to wait for the next.</summary>
    async Task<Row?[]> ReadTogether(params int[] ids)
    {
        await using var gate = await ServerGate.Close(Database, Gate);
        var first = Read(10);
        await gate.IsWaitedFor();
        var reads = ids.Select(Read).ToArray();
        await gate.Open();
        await first;
        return await Task.WhenAll(reads);
    }

    /// <summary>Fills the pool, for each reader reads on a session of its own.</summary>
    async Task<int[]> ReadOnSeveralSessions()
    {
        await using var gate = await ServerGate.Close(Database, Gate);
        var readers = Enumerable.Range(0, 3).Select(_ => Reader()).ToArray();
        var reads = readers.Select(each => each.Read(1, default).Soon()).ToArray();
        await gate.IsWaitedFor(by: 3);
        await gate.Open();
        var rows = await Task.WhenAll(reads);
        foreach (var each in readers)
        {
            await each.DisposeAsync();
        }

        return [.. rows.Select(row => row!.Process)];
    }
}
