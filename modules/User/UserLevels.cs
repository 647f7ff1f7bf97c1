using Dapper;
using Npgsql;
using Prometheus;

namespace Shop.User;

/// <summary>How many may buy. Every host of the module tells the same.</summary>
sealed class UserLevels(NpgsqlDataSource database)
{
    static readonly Gauge Users = Metrics.CreateGauge(
        "shop_users", "Users there are.", new GaugeConfiguration { SuppressInitialValue = true });

    public async Task Read()
    {
        await using var connection = await database.OpenConnectionAsync();
        Users.Set(await connection.ExecuteScalarAsync<long>(
            """
            select count(*)
            from users.users
            """));
    }
}
