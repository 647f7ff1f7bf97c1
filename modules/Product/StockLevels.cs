using Prometheus;
using Shop.Shared.Data;

namespace Shop.Product;

/// <summary>How much there is to sell. Every host of the module tells the same.</summary>
sealed class StockLevels(ShopDatabase database)
{
    static readonly Gauge Products = Metrics.CreateGauge(
        "shop_products", "Products there are.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge OutOfStock = Metrics.CreateGauge(
        "shop_products_out_of_stock", "Products of which no unit is left.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge Units = Metrics.CreateGauge(
        "shop_stock_units", "Units of all products together.", new GaugeConfiguration { SuppressInitialValue = true });

    public async Task Read()
    {
        var levels = await database.Lists.Read<(long, long, long)>(
            """
            select count(*), count(*) filter (where stock = 0), coalesce(sum(stock), 0)
            from products.products
            """,
            new { });
        var (products, outOfStock, units) = levels.Single();
        Products.Set(products);
        OutOfStock.Set(outOfStock);
        Units.Set(units);
    }
}
