using Dapper;
using Npgsql;

namespace Shop.Shared.Data;

/// <summary>Single queries, which change nothing and so may be asked again.</summary>
public static class Reading
{
    /// <summary>Asks for rows; once more where the connection was lost.</summary>
    /// <typeparam name="TRow">What Dapper makes of a row.</typeparam>
    /// <param name="database">Where the rows are.</param>
    /// <param name="sql">One query.</param>
    /// <param name="parameters">The members are the query's parameters.</param>
    /// <param name="cancelled">Gives up; the server stops working on the query.</param>
    public static async Task<List<TRow>> Read<TRow>(
        this NpgsqlDataSource database, string sql, object parameters, CancellationToken cancelled = default)
    {
        var query = new CommandDefinition(sql, parameters, cancellationToken: cancelled);
        try
        {
            return await Read<TRow>(database, query);
        }
        // A server that was away and is back leaves dead connections in the pool. The first to meet one clears the pool.
        catch (Exception fault) when (DatabaseFaults.IsConnectionLoss(fault))
        {
            return await Read<TRow>(database, query);
        }
    }

    static async Task<List<TRow>> Read<TRow>(NpgsqlDataSource database, CommandDefinition query)
    {
        await using var connection = await database.OpenConnectionAsync(query.CancellationToken);
        return (await connection.QueryAsync<TRow>(query)).AsList();
    }
}
