using Dapper;
using Npgsql;
using Prometheus;

namespace Shop.Shared.Data;

/// <summary>
/// A commit whose outcome is known also when its answer is lost. The connection may break after the server has committed and before it
/// says so; to run the transaction again blindly would then do it twice. The server remembers the fate of every transaction
/// (<c>pg_xact_status</c>, PostgreSQL manual, section 9.27), so it is asked on a new connection.
/// </summary>
public static class CertainCommit
{
    // How long a commit still in progress, or a server that is restarting, is asked again.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    static readonly Counter Unanswered = Metrics.CreateCounter(
        "shop_unanswered_commits_total", "Commits whose answer was lost, by what the server said of them afterwards.", ["outcome"]);

    static readonly Counter.Child Committed = Unanswered.WithLabels("committed");
    static readonly Counter.Child Aborted = Unanswered.WithLabels("aborted");
    static readonly Counter.Child Unknown = Unanswered.WithLabels("unknown");

    /// <summary>Publishes the counters with value 0, so that <c>rate()</c> sees the first increment.</summary>
    internal static void RegisterMetrics()
    {
        Committed.Publish();
        Aborted.Publish();
        Unknown.Publish();
    }

    /// <summary>Commits. Returns once the transaction is known to hold; any exception but the one named means that it is undone.</summary>
    /// <param name="transaction">The transaction, with all its statements answered.</param>
    /// <param name="transactionId">What <c>pg_current_xact_id()</c> said within it.</param>
    /// <param name="database">Where it runs, to ask on another connection.</param>
    /// <exception cref="CommitUnknownException">The server could not be asked within 5 seconds: it holds whole or not at all.</exception>
    public static async Task Commit(NpgsqlTransaction transaction, string transactionId, NpgsqlDataSource database)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception fault)
        {
            switch (await StatusOf(transactionId, database))
            {
                case "committed":
                    Committed.Inc();
                    return;
                case "aborted":
                    Aborted.Inc();
                    throw;
                default:
                    Unknown.Inc();
                    throw new CommitUnknownException(fault);
            }
        }
    }

    static async Task<string?> StatusOf(string transactionId, NpgsqlDataSource database)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!deadline.IsCancellationRequested)
        {
            var status = await TryAsk(transactionId, database, deadline.Token);
            if (status is "committed" or "aborted")
            {
                return status;
            }

            await Task.Delay(Pause);
        }

        return null;
    }

    static async Task<string?> TryAsk(string transactionId, NpgsqlDataSource database, CancellationToken deadline)
    {
        try
        {
            // A server that hangs is not waited for: Npgsql heeds no token while it logs in, so the question is left to itself.
            return await Ask(transactionId, database).WaitAsync(deadline);
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
        {
            return null;
        }
    }

    static async Task<string?> Ask(string transactionId, NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string>(
            """
            select pg_xact_status(@transactionId::xid8)
            """,
            new { transactionId });
    }
}

/// <summary>The connection was lost at the commit, and the server could not be asked what became of it.</summary>
public sealed class CommitUnknownException(Exception inner) : Exception("The outcome of a commit is unknown.", inner);
