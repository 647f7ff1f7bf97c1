using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>What a shop answers while its database is away, and how it comes back.</summary>
public sealed class DatabaseAwayTests(Layout layout) : ShopTests(layout)
{
    PostgresProxy proxy = null!;

    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    protected override Task<RunningShop> OpenShop()
    {
        proxy = new(Database.OwnerConnectionString);
        return Sandbox.StartShopBehind(proxy, Layout);
    }

    [OneTimeTearDown]
    public async Task CloseShop()
    {
        await Shop.DisposeAsync();
        await proxy.DisposeAsync();
    }

    [SetUp]
    public Task Restore() => BringBack();

    [Test]
    public async Task C12_Every_operation_says_that_the_database_is_away_and_is_not_done()
    {
        await Furnish();
        // Once with the connections of before, which are lost, and once where new ones are refused.
        await AskEverything();
        var before = await Rows();
        await proxy.TakeDown();
        using (Assert.EnterMultipleScope())
        {
            foreach (var operation in Operation.Every.Concat(Operation.Every))
            {
                (await operation.Ask(Shop)).MustBe("database_unavailable", operation.ToString());
            }
        }

        Assert.That(await Rows(), Is.EqualTo(before));
    }

    [Test]
    public async Task C12_Every_operation_works_again_when_the_database_is_back()
    {
        await Furnish();
        await proxy.TakeDown();
        foreach (var operation in Operation.Every)
        {
            await operation.Ask(Shop);
        }

        await BringBack();

        await AskEverything();
    }

    [Test]
    public async Task C12_A_retry_with_the_key_of_an_order_that_was_not_placed_places_it_once()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        await proxy.TakeDown();
        (await Shop.Orders.Order(user, product, quantity: 2, key: "key")).MustBe("database_unavailable");
        await BringBack();

        var first = await Shop.Orders.Order(user, product, quantity: 2, key: "key");
        var second = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        Assert.That((int)first.Status, Is.EqualTo(201), first.ToString());
        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(await StockOf(product), Is.EqualTo(3));
    }

    [Test]
    public async Task C7_What_is_wrong_with_a_request_is_said_also_while_the_database_is_away()
    {
        await proxy.TakeDown();
        foreach (var operation in Operation.WithBody)
        {
            (await operation.Ask(Shop, "{")).MustBe("malformed_json");
            (await operation.Ask(Shop, "{}")).MustFault(operation.Members.Select(member => member.Name));
        }
    }

    [Test]
    public async Task H1_A_host_whose_database_is_away_is_unhealthy_and_recovers()
    {
        await proxy.TakeDown();
        await MustBeUnhealthy();

        await BringBack();
    }

    [Test]
    public async Task H1_A_host_whose_database_is_silent_is_unhealthy_and_recovers()
    {
        proxy.DropAll();
        await MustBeUnhealthy();

        await BringBack();
    }

    [Test]
    public async Task H2_H3_A_host_whose_database_is_away_lives_and_is_not_ready()
    {
        await proxy.TakeDown();
        foreach (var client in Clients)
        {
            await Wait.Until(async () => (int)(await client.Get("/health/ready")).Status == 503, "a host not to be ready");
            Assert.That((int)(await client.Get("/health/live")).Status, Is.EqualTo(200));
            Assert.That((await client.Get("/health/ready")).Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }
    }

    [Test]
    public async Task H4_The_metrics_are_there_also_while_the_database_is_away()
    {
        await proxy.TakeDown();
        foreach (var client in Clients)
        {
            Assert.That((int)(await client.Get("/metrics")).Status, Is.EqualTo(200));
        }
    }

    /// <summary>The database is back, and every host has seen it.</summary>
    async Task BringBack()
    {
        proxy.Restore();
        foreach (var client in Clients)
        {
            await Wait.Until(
                async () => (await client.Get("/health")).Json.GetProperty("status").GetString() == "healthy", "a host to be healthy again");
        }
    }

    async Task MustBeUnhealthy()
    {
        foreach (var client in Clients)
        {
            await Wait.Until(async () => (int)(await client.Get("/health")).Status == 503, "a host to be unhealthy");
            var answer = await client.Get("/health");

            Assert.That(answer.Json.GetProperty("status").GetString(), Is.EqualTo("unhealthy"));
            answer.MustShowNothingWithin();
        }
    }

    async Task AskEverything()
    {
        foreach (var operation in Operation.Every)
        {
            (await operation.Ask(Shop)).MustBeDone(operation);
        }
    }

    /// <summary>What is in the database: how many rows, and the stock that is left.</summary>
    Task<string?> Rows() => Database.Value<string>(
        """
        select concat_ws(
            ' ',
            (select count(*) from users.users),
            (select count(*) from products.products),
            (select count(*) from orders.orders),
            (select sum(stock) from products.products))
        """);
}
