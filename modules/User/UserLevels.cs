using Prometheus;
using Shop.Shared.Data;

namespace Shop.User;

/// <summary>How many may buy. Every host of the module tells the same.</summary>
sealed class UserLevels(ShopDatabase database)
{
    static readonly Gauge Users = Metrics.CreateGauge(
        "shop_users", "Users there are.", new GaugeConfiguration { SuppressInitialValue = true });

    public async Task Read()
    {
        var levels = await database.Lists.Read<long>(
            """
            select count(*)
            from users.users
            """,
            new { });
        Users.Set(levels.Single());
    }
}
