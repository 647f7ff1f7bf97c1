using System.Globalization;
using Dapper;
using Npgsql;
using Prometheus;
using Shop.Shared.Contracts;
using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>
/// The products that sell best by the latest orders, and how much is left of each. A product is told by a value and not by a label: a
/// place is a series for good, whoever takes it. Every host of the module tells the same.
/// </summary>
sealed class BestSellers(ShopDatabase database, IStock stock)
{
    /// <summary>Orders that are looked at: what sells now, read by the primary key in a few milliseconds.</summary>
    const int Latest = 10_000;

    const int Places = 5;

    static readonly Gauge Product = Of("shop_bestseller_product_id", "Id of the product in this place.");

    static readonly Gauge Sold = Of("shop_bestseller_sold_units", "Units of it in the latest 10,000 orders, cancelled ones left out.");

    static readonly Gauge Left = Of("shop_bestseller_stock_units", "Units of it that are left.");

    public async Task Read()
    {
        var (best, left) = await database.Lists.Use(Find);
        Show(best, left);
    }

    async Task<((int ProductId, long Units)[] Best, IReadOnlyDictionary<int, int> Left)> Find(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var best = (await connection.QueryAsync<(int ProductId, long Units)>(
            """
            select product_id, sum(quantity) as units
            from (
                select product_id, quantity, status
                from orders.orders
                order by id desc
                limit @Latest
            ) as latest
            where status <> 'cancelled'
            group by product_id
            order by units desc, product_id
            limit @Places
            """,
            new { Latest, Places },
            transaction)).ToArray();
        return (best, await stock.UnitsLeft([.. best.Select(product => product.ProductId)], transaction, CancellationToken.None));
    }

    static void Show((int ProductId, long Units)[] best, IReadOnlyDictionary<int, int> left)
    {
        for (var place = 1; place <= Places; place++)
        {
            var rank = place.ToString(CultureInfo.InvariantCulture);
            var isTaken = place <= best.Length;
            var (productId, units) = isTaken ? best[place - 1] : default;
            Tell(Product.WithLabels(rank), isTaken ? productId : null);
            Tell(Sold.WithLabels(rank), isTaken ? units : null);
            Tell(Left.WithLabels(rank), isTaken ? left[productId] : null);
        }
    }

    static void Tell(Gauge.Child gauge, double? value)
    {
        if (value is { } known)
        {
            gauge.Set(known);
        }
        else
        {
            gauge.Unpublish();
        }
    }

    static Gauge Of(string name, string help) =>
        Metrics.CreateGauge(name, help, ["rank"], new GaugeConfiguration { SuppressInitialValue = true });
}
