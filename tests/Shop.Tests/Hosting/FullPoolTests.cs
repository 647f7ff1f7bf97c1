using System.Globalization;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Work of one kind that takes all connections that there are for it.</summary>
public sealed class FullPoolTests(Layout layout) : ShopTests(layout)
{
    [Test]
    public async Task H1_A_hundred_changes_of_a_locked_product_leave_the_host_healthy_and_everything_else_served()
    {
        var (user, locked, product) = (await User(), await Product(stock: 10), await Product(stock: 10));
        Task<Answer>[] changes;
        await using (await HeldRow.Product(Database, locked))
        {
            changes = [.. Enumerable.Range(0, 100).Select(_ => Shop.Products.Send(HttpMethod.Put, $"/products/{locked}", """{"stock": 7}"""))];
            // Those that get no connection are refused after a second.
            await Wait.Until(() => Task.FromResult(changes.Count(change => change.IsCompleted) > 50), "changes to be refused");
            foreach (var client in (HttpClient[])[Shop.Products, Shop.Orders, Shop.Users])
            {
                Assert.That((int)(await client.Get("/health")).Status, Is.EqualTo(200));
                Assert.That(await client.GetStringAsync("/metrics"), Does.Contain("\nshop_database_up 1\n"));
            }

            Assert.That((int)(await Shop.Products.Get($"/products/{product}")).Status, Is.EqualTo(200));
            Assert.That((int)(await Shop.Products.Get("/products")).Status, Is.EqualTo(200));
            Assert.That((int)(await Shop.Orders.Order(user, product)).Status, Is.EqualTo(201));
        }

        foreach (var change in await Task.WhenAll(changes))
        {
            if ((int)change.Status != 200)
            {
                change.MustBe("overloaded");
            }
        }
    }

    [Test]
    public async Task The_pools_of_the_largest_layout_leave_room_in_the_server()
    {
        // Three order hosts, a product host and a user host. Beside them: the migrator, PostgreSQL's exporter, and somebody with psql.
        const int Hosts = 5, Others = 10;
        var page = await Shop.Orders.GetStringAsync("/metrics");
        var connections = page.Split('\n')
            .Where(line => line.StartsWith("npgsql_pool_max_connections{", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        var reserved = await Database.Value<int>("select current_setting('superuser_reserved_connections')::integer");

        var ofServer = await Database.Value<int>("select current_setting('max_connections')::integer");
        Assert.That(connections, Is.GreaterThan(20));
        Assert.That((connections * Hosts) + Others, Is.LessThanOrEqualTo(ofServer - reserved));
        var compose = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docker-compose.yml"));
        Assert.That(compose, Does.Contain($"max_connections={ofServer}"));
    }
}
