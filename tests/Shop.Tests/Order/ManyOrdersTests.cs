using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Hundreds of orders at the same moment.</summary>
public sealed class ManyOrdersTests(Layout layout) : ShopTests(layout)
{
    [TestCase(1)]
    [TestCase(3)]
    public async Task O7_Of_400_buyers_of_100_units_exactly_100_get_one(int hosts)
    {
        var shop = await Sandbox.Shop(Layout, hosts);
        var user = await User();
        var product = await Product(stock: 100);

        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => shop.EveryOrders[i % hosts].Order(user, product)));

        Assert.That(answers.Count(answer => (int)answer.Status == 201), Is.EqualTo(100));
        Assert.That(answers.Count(answer => answer.Code == "insufficient_stock"), Is.EqualTo(300));
        Assert.That(await StockOf(product), Is.Zero);
        Assert.That(await Database.Value<int>("select count(*) from orders.orders"), Is.EqualTo(100));
    }

    // With the last unit, the late hosts find none left; with units to spare, they find the key taken when they write.
    [TestCase(1)]
    [TestCase(100)]
    public async Task O10_One_key_on_three_hosts_at_once_places_one_order(int stock)
    {
        var shop = await Sandbox.Shop(Layout, orderHosts: 3);
        var user = await User();
        // Again and again, since each round is another race.
        for (var round = 0; round < 30; round++)
        {
            var product = await Product(stock);
            var key = $"key-{round}";

            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => shop.EveryOrders[i % 3].Order(user, product, key: key)));

            Assert.That(answers.Select(answer => (int)answer.Status), Has.All.EqualTo(201), string.Join('\n', answers.Select(answer => answer.ToString())));
            Assert.That(answers.Select(answer => answer.Json.GetProperty("order").GetProperty("id").GetInt64()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(answers.Count(answer => !answer.Headers.Contains("Idempotent-Replayed")), Is.EqualTo(1), "one was placed, the others replayed");
            Assert.That(await StockOf(product), Is.EqualTo(stock - 1));
        }
    }

    [Test]
    public async Task Every_answer_is_about_its_own_order()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => User($"buyer{i}")));
        var products = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Product(stock: 1_000_000, price: $"{i}.50", name: $"Thing {i}")));
        var wishes = Enumerable.Range(0, 600).Select(i => (User: i % 20, Product: i * 7 % 30, Quantity: i + 1, Key: i % 3 == 0 ? $"key-{i}" : null)).ToArray();

        var answers = await Task.WhenAll(
            wishes.Select(wish => Shop.Orders.Order(users[wish.User], products[wish.Product], wish.Quantity, wish.Key)));

        foreach (var (wish, answer) in wishes.Zip(answers))
        {
            var order = answer.Json.GetProperty("order");
            Assert.Multiple(() =>
            {
                Assert.That(order.GetProperty("user_id").GetInt32(), Is.EqualTo(users[wish.User]));
                Assert.That(order.GetProperty("username").GetString(), Is.EqualTo($"buyer{wish.User}"));
                Assert.That(order.GetProperty("product_id").GetInt32(), Is.EqualTo(products[wish.Product]));
                Assert.That(order.GetProperty("product_name").GetString(), Is.EqualTo($"Thing {wish.Product}"));
                Assert.That(order.GetProperty("quantity").GetInt32(), Is.EqualTo(wish.Quantity));
                Assert.That(order.GetProperty("total_price").GetDecimal(), Is.EqualTo((wish.Product + 0.5m) * wish.Quantity));
            });
            var stored = await Shop.Orders.Get(answer.Headers.Location!.OriginalString);
            Assert.That(stored.Json.GetProperty("order").GetRawText(), Is.EqualTo(order.GetRawText()), "as it was stored");
        }

        Assert.That(answers.Select(answer => answer.Headers.Location).Distinct().Count(), Is.EqualTo(wishes.Length));
    }

    [Test]
    public async Task With_64_clients_the_mean_batch_exceeds_8()
    {
        var user = await User();
        var product = await Product(stock: 1_000_000);
        var (orders, batches) = await Batches();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            for (var i = 0; i < 50; i++)
            {
                await Shop.Orders.Order(user, product);
            }
        }));

        var (ordersAfter, batchesAfter) = await Batches();
        Assert.That(ordersAfter - orders, Is.EqualTo(64 * 50));
        Assert.That((ordersAfter - orders) / (batchesAfter - batches), Is.GreaterThan(8));
        Assert.That(await StockOf(product), Is.EqualTo(1_000_000 - (64 * 50)));
    }

    async Task<(double Orders, double Batches)> Batches() => (
        await Shop.Metric("shop_batch_size_sum{batch=\"place_order\"}"),
        await Shop.Metric("shop_batch_size_count{batch=\"place_order\"}"));

    [Test]
    public async Task A_client_that_hangs_up_loses_nothing_and_sells_nothing_twice()
    {
        var user = await User();
        var product = await Product(stock: 100_000);
        var keys = Enumerable.Range(0, 300).Select(i => $"hang-up-{i}").ToArray();

        // Each hangs up at another moment: some before their batch leaves, some while it is on its way, some never.
        await Task.WhenAll(keys.Select(async (key, i) =>
        {
            using var hangUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(i / 4.0));
            try
            {
                await Shop.Orders.Order(user, product, key: key, cancelled: hangUp.Token);
            }
            catch (OperationCanceledException)
            {
                // The client does not learn what became of it.
            }
        }));
        var answers = await Task.WhenAll(keys.Select(key => Shop.Orders.Order(user, product, key: key)));

        Assert.That(answers.Select(answer => (int)answer.Status), Has.All.EqualTo(201));
        Assert.That(await Database.Value<int>("select count(*) from orders.orders"), Is.EqualTo(keys.Length));
        Assert.That(await StockOf(product), Is.EqualTo(100_000 - keys.Length));
    }
}
