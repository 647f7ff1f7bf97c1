using Npgsql;

namespace Shop.Harness.Databases;

/// <summary>A transaction of another session that holds a lock or a key until it is disposed of.</summary>
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
    public static Task<HeldRow> Product(PostgresServer server, int id) => By(server, $"select from products.products where id = {id} for no key update");

    /// <summary>Locks a user, as its deletion does.</summary>
    public static Task<HeldRow> User(PostgresServer server, int id) => By(server, $"select from users.users where id = {id} for update");

    /// <summary>Inserts an order with an idempotency key and does not commit it, as another host may.</summary>
    public static Task<HeldRow> Key(PostgresServer server, string key, int user, int product) => By(
        server,
        $"""
        insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
        values ({user}, 'someone', {product}, 'Thing', 1, 1, 1, '{key}')
        """);

    /// <summary>Runs a statement in the same transaction.</summary>
    public async Task Also(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a statement in the same transaction, and returns also if it times out.</summary>
    public async Task Try(string sql)
    {
        try
        {
            await Also(sql);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled)
        {
            // The transaction has failed. Its locks are released when it is disposed of.
        }
    }

    /// <summary>Commits the transaction.</summary>
    public Task Commit() => transaction.CommitAsync();

    /// <summary>Rolls the transaction back, unless it is committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    static async Task<HeldRow> By(PostgresServer server, string sql)
    {
        var connection = await server.Owner.OpenConnectionAsync();
        var held = new HeldRow(connection, await connection.BeginTransactionAsync());
        await held.Also(sql);
        return held;
    }
}
