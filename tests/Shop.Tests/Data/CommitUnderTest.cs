using Dapper;
using Npgsql;
using Shop.Shared.Data;

namespace Shop.Tests.Data;

/// <summary>
/// A transaction with one user in it, ready to be committed by way of one relay, while its fate is asked for by way of another.
/// </summary>
sealed class CommitUnderTest : IAsyncDisposable
{
    const int GateKey = 4711;

    // What the sessions are called that ask for this outcome.
    readonly string asking = $"asking {Guid.NewGuid():N}";
    readonly PostgresServer server;
    readonly NpgsqlConnection connection;
    readonly ConnectionPool rescue;
    readonly Dictionary<string, double> before = [];
    NpgsqlTransaction transaction = null!;
    string transactionId = "";
    int process;
    ServerGate? gate;

    CommitUnderTest(PostgresServer server)
    {
        this.server = server;
        (Proxy, WayOfAsking) = (new(server.OwnerConnectionString), new(server.OwnerConnectionString));
        connection = new(Proxy.ConnectionString);
        rescue = new("rescue", size: 2, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(WayOfAsking.ConnectionString)
        {
            ApplicationName = asking,
            Pooling = true,
        }), () => Task.FromResult(true));
    }

    public PostgresProxy Proxy { get; }

    public PostgresProxy WayOfAsking { get; }

    public static async Task<CommitUnderTest> Begin(PostgresServer server)
    {
        var commit = new CommitUnderTest(server);
        await commit.connection.OpenAsync();
        commit.process = commit.connection.ProcessID;
        foreach (var outcome in new[] { "committed", "aborted", "unknown" })
        {
            commit.before[outcome] = await Counted(outcome);
        }

        commit.transaction = await commit.connection.BeginTransactionAsync();
        commit.transactionId = (await commit.connection.ExecuteScalarAsync<string>(
            """
            insert into users.users (username, email)
            values ('ann', 'ann@example.com')
            returning pg_current_xact_id()::text
            """))!;
        return commit;
    }

    public Task Run() => CertainCommit.Commit(transaction, transactionId, rescue).Soon();

    /// <summary>Whether the user is there.</summary>
    public async Task<bool> IsCommitted()
    {
        await using var connection = await server.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<bool>("select exists (select from users.users where username = 'ann')");
    }

    /// <summary>Commits counted since this one began, by what the server said of them.</summary>
    public async Task<double> Unanswered(string outcome) => await Counted(outcome) - before[outcome];

    /// <summary>Makes the commit fail in the server.</summary>
    public Task RefuseAtTheEnd() => DoAtTheEnd("raise 'not today'");

    /// <summary>Makes the commit wait in the server until it is let go.</summary>
    public async Task HoldUpAtTheEnd()
    {
        gate = await ServerGate.Close(server, GateKey);
        await DoAtTheEnd($"perform pg_advisory_xact_lock({GateKey})");
    }

    /// <summary>Returns when the server is at the commit, and waits there.</summary>
    public Task IsHeldUp() => gate!.IsWaitedFor();

    public Task LetGo() => gate!.Open();

    /// <summary>Ends the session that commits.</summary>
    public async Task Kill()
    {
        await using var owner = await server.Owner.OpenConnectionAsync();
        await owner.ExecuteAsync("select pg_terminate_backend(@process)", new { process });
    }

    /// <summary>Returns when the server has been asked what became of the commit.</summary>
    public async Task IsAskedFor()
    {
        await using var owner = await server.Owner.OpenConnectionAsync();
        await Wait.Until(
            () => owner.ExecuteScalarAsync<bool>(
                """
                select exists (
                    select
                    from pg_stat_activity
                    where application_name = @asking
                      and query like '%pg_xact_status%'
                      and state = 'idle')
                """,
                new { asking }),
            "the outcome to be asked for");
    }

    public async ValueTask DisposeAsync()
    {
        if (gate is not null)
        {
            // What is held up goes on.
            await gate.DisposeAsync();
        }

        await connection.DisposeAsync();
        await rescue.DisposeAsync();
        await Proxy.DisposeAsync();
        await WayOfAsking.DisposeAsync();
    }

    // A deferred trigger runs within the commit. It belongs to the session, as the table does, and goes with it.
    Task<int> DoAtTheEnd(string statement) => connection.ExecuteAsync(
        $"""
        create temp table at_the_end ();
        create function pg_temp.act() returns trigger language plpgsql as
        $$
        begin
            {statement};
            return null;
        end
        $$;
        create constraint trigger act
            after insert on at_the_end
            deferrable initially deferred
            for each row execute function pg_temp.act();
        insert into at_the_end default values;
        """);

    static Task<double> Counted(string outcome) => OwnMetrics.Read($$"""shop_unanswered_commits_total{outcome="{{outcome}}"}""");
}
