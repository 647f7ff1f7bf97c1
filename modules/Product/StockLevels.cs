using Dapper;
using Npgsql;
using Prometheus;

namespace Shop.Product;

/// <summary>How much there is to sell. Every host of the module tells the same.</summary>
sealed class StockLevels(NpgsqlDataSource database)
{
    static readonly Gauge Products = Metrics.CreateGauge(
        "shop_products", "Products there are.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge OutOfStock = Metrics.CreateGauge(
        "shop_products_out_of_stock", "Products of which no unit is left.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge Units = Metrics.CreateGauge(
        "shop_stock_units", "Units of all products together.", new GaugeConfiguration { SuppressInitialValue = true });

    public async Task Read()
    {
        await using var connection = await database.OpenConnectionAsync();
        var (products, outOfStock, units) = await connection.QuerySingleAsync<(long, long, long)>(
            """
            select count(*), count(*) filter (where stock = 0), coalesce(sum(stock), 0)
            from products.products
            """);
        Products.Set(products);
        OutOfStock.Set(outOfStock);
        Units.Set(units);
    }
}
