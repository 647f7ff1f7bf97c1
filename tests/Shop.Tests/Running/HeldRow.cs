using Npgsql;

namespace Shop.Tests.Running;

/// <summary>What someone else holds in the database, until it is disposed of: a transaction that goes on.</summary>
public sealed class HeldRow : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly NpgsqlTransaction transaction;

    HeldRow(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>Locks a product, as an order of it does.</summary>
    public static Task<HeldRow> Product(int id) => By($"select from products.products where id = {id} for no key update");

    /// <summary>Locks a user, as its deletion does.</summary>
    public static Task<HeldRow> User(int id) => By($"select from users.users where id = {id} for update");

    /// <summary>Has an idempotency key, not yet committed, as an order of another host does.</summary>
    public static Task<HeldRow> Key(string key, int user, int product) => By(
        $"""
        insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
        values ({user}, 'someone', {product}, 'Thing', 1, 1, 1, '{key}')
        """);

    /// <summary>Does something more in the same transaction.</summary>
    public async Task Also(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Does something more, or gives up waiting for it.</summary>
    public async Task Try(string sql)
    {
        try
        {
            await Also(sql);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled)
        {
            // The transaction is broken by that, and lets its locks go when it is disposed of.
        }
    }

    /// <summary>Ends the transaction and keeps what it did.</summary>
    public Task Commit() => transaction.CommitAsync();

    /// <summary>Ends the transaction and changes nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    static async Task<HeldRow> By(string sql)
    {
        var connection = await TestDatabase.Owner.OpenConnectionAsync();
        var held = new HeldRow(connection, await connection.BeginTransactionAsync());
        await held.Also(sql);
        return held;
    }
}
