using Dapper;

namespace Shop.Tests.Running;

/// <summary>Looks at the database past the hosts.</summary>
public static class Sql
{
    /// <summary>The value that a query gives.</summary>
    public static async Task<T?> Value<T>(string sql, object? parameters = null)
    {
        await using var connection = await TestDatabase.Owner.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>Runs a statement as the owner.</summary>
    public static async Task Run(string sql)
    {
        await using var connection = await TestDatabase.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>How many sessions of a role wait for a lock.</summary>
    public static Task<int> Waiting(string role) => Value<int>(
        "select count(*) from pg_stat_activity where usename = @role and wait_event_type = 'Lock'", new { role });

    /// <summary>The units of a product in all its orders.</summary>
    public static Task<int> Ordered(int product) => Value<int>(
        "select coalesce(sum(quantity), 0) from orders.orders where product_id = @product", new { product });
}
