using Dapper;
using Npgsql;

namespace Shop.Shared.Data;

/// <summary>Runs single statements, and again those that can be.</summary>
public static class Statements
{
    // Where it was a conflict, another has won, so the next time is likely to succeed. Where a connection was dead, so may be the others of the pool, which
    // Npgsql clears at the first; where there is no server, each attempt fails at once.
    const int Attempts = 3;

    /// <summary>Reads rows; again where the connection was lost or the statement was in another's way.</summary>
    /// <typeparam name="TRow">What Dapper makes of a row.</typeparam>
    /// <param name="pool">The pool of the connection.</param>
    /// <param name="sql">One query.</param>
    /// <param name="parameters">The members are the query's parameters.</param>
    /// <param name="cancelled">Gives up; the server stops working on the query.</param>
    public static async Task<List<TRow>> Read<TRow>(
        this ConnectionPool pool, string sql, object parameters, CancellationToken cancelled = default)
    {
        var query = new CommandDefinition(sql, parameters, cancellationToken: cancelled);
        var rows = await pool.RunAgain(connection => connection.QueryAsync<TRow>(query), cancelled);
        return rows.AsList();
    }

    /// <summary>
    /// Runs a statement that writes, in a transaction whose commit is certain; so it can be run again after a conflict or on a connection that was dead, and is
    /// done once.
    /// </summary>
    /// <typeparam name="TResult">What the statement answers.</typeparam>
    /// <param name="database">Where it writes.</param>
    /// <param name="statement">Sends one statement and reads its result.</param>
    /// <param name="cancelled">Gives up waiting for a connection. A statement that was sent is carried through.</param>
    /// <exception cref="OutcomeUnknownException">The database went away at the commit and stayed away. Any other exception means that nothing was done.</exception>
    public static Task<TResult> Write<TResult>(
        this ShopDatabase database, Func<NpgsqlConnection, Task<TResult>> statement, CancellationToken cancelled)
    {
        return database.Writes.RunAgain(Run, cancelled);

        async Task<TResult> Run(NpgsqlConnection connection)
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            var result = await statement(connection);
            // Without an id, nothing was written.
            if (await connection.ExecuteScalarAsync<string?>("select pg_current_xact_id_if_assigned()::text") is { } transactionId)
            {
                await CertainCommit.Commit(transaction, transactionId, database.Rescue);
            }

            return result;
        }
    }

    /// <summary>Runs what is done whole or not at all, and runs it again where it was not done for a reason that may be over.</summary>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="pool">The pool of the connection.</param>
    /// <param name="transaction">One statement, or a transaction that ends with <see cref="CertainCommit.Commit"/>.</param>
    /// <param name="cancelled">Gives up waiting for a connection.</param>
    public static async Task<TResult> RunAgain<TResult>(
        this ConnectionPool pool, Func<NpgsqlConnection, Task<TResult>> transaction, CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await pool.Use(transaction, cancelled);
            }
            catch (Exception fault) when (attempt < Attempts && DatabaseFaults.MayBeRunAgain(fault))
            {
            }
        }
    }
}
