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
    /// <param name="rescue">The pool of the connection that asks: another than that of the transaction, which may be full.</param>
    /// <exception cref="OutcomeUnknownException">The server could not be asked within 5 seconds: it holds whole or not at all.</exception>
    public static async Task Commit(NpgsqlTransaction transaction, string transactionId, ConnectionPool rescue)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception fault)
        {
            switch (await StatusOf(transactionId, rescue))
            {
                case "committed":
                    Committed.Inc();
                    return;
                case "aborted":
                    Aborted.Inc();
                    throw;
                default:
                    Unknown.Inc();
                    throw new OutcomeUnknownException(fault);
            }
        }
    }

    static async Task<string?> StatusOf(string transactionId, ConnectionPool rescue)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!deadline.IsCancellationRequested)
        {
            var status = await TryAsk(transactionId, rescue, deadline.Token);
            if (status is "committed" or "aborted")
            {
                return status;
            }

            await Task.Delay(Pause);
        }

        return null;
    }

    static async Task<string?> TryAsk(string transactionId, ConnectionPool rescue, CancellationToken deadline)
    {
        try
        {
            // A server that hangs is not waited for: Npgsql heeds no token while it logs in, so the question is left to itself.
            return await Ask(transactionId, rescue).WaitAsync(deadline);
        }
        catch (Exception fault) when (fault is OperationCanceledException || DatabaseFaults.KindOf(fault) != FaultKind.Other)
        {
            return null;
        }
    }

    static Task<string?> Ask(string transactionId, ConnectionPool rescue) => rescue.Use(connection => connection.ExecuteScalarAsync<string>(
        """
        select pg_xact_status(@transactionId::xid8)
        """,
        new { transactionId }));
}
