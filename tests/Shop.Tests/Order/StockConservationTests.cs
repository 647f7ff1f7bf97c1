using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Units are neither made nor lost, whatever is asked in whatever order.</summary>
public sealed class StockConservationTests(Layout layout) : ShopTests(layout)
{
    const int InitialStock = 20;

    /// <summary>What a client or a warehouse may do.</summary>
    public abstract record Step
    {
        public sealed record Place(int Quantity) : Step;

        /// <param name="Nth">Of the orders placed so far, counted round.</param>
        public sealed record Move(int Nth, string Status) : Step;

        public sealed record Restock(int Units) : Step;
    }

    static Arbitrary<Step[]> Sequences => Gen.ArrayOf(Gen.OneOf(
            Gen.Choose(1, 15).Select(quantity => (Step)new Step.Place(quantity)),
            Gen.Choose(0, 30).SelectMany(nth => Gen.Elements("cancelled", "shipped", "completed"), (nth, status) => (Step)new Step.Move(nth, status)),
            Gen.Choose(1, 10).Select(units => (Step)new Step.Restock(units))))
        .ToArbitrary();

    [Test]
    public async Task O7_O16_Over_any_sequence_of_orders_cancels_and_stock_changes_on_two_hosts_stock_is_conserved()
    {
        var shop = await Sandbox.Shop(Layout, orderHosts: 3);
        var user = await User();
        var property = Prop.ForAll(Sequences, steps => IsConserved(shop, user, steps).GetAwaiter().GetResult());
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(40), property));
    }

    async Task<bool> IsConserved(RunningShop shop, int user, Step[] steps)
    {
        var product = await Product(InitialStock);
        var orders = new List<long>();
        // Three steps at the same moment, on two hosts.
        foreach (var moment in steps.Chunk(3))
        {
            var answers = await Task.WhenAll(moment.Select((step, i) => Take(shop.EveryOrders[i % 2], step, user, product, orders.ToArray())));
            orders.AddRange(answers.OfType<Answer>()
                .Where(answer => (int)answer.Status == 201)
                .Select(answer => answer.Json.GetProperty("order").GetProperty("id").GetInt64()));
        }

        var restocked = steps.OfType<Step.Restock>().Sum(step => step.Units);
        var kept = await Database.Value<int>(
            "select coalesce(sum(quantity), 0) from orders.orders where product_id = @product and status <> 'cancelled'", new { product });
        var stock = await StockOf(product);
        return stock >= 0 && stock == InitialStock + restocked - kept;
    }

    async Task<Answer?> Take(HttpClient host, Step step, int user, int product, long[] orders)
    {
        switch (step)
        {
            case Step.Place(var quantity):
                return await host.Order(user, product, quantity);
            case Step.Move(var nth, var status) when orders.Length > 0:
                return await host.PutStatus(orders[nth % orders.Length], status);
            case Step.Restock(var units):
                await Database.Run($"update products.products set stock = stock + {units} where id = {product}");
                return null;
            default:
                return null;
        }
    }
}
