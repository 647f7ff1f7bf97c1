using NUnit.Framework;

namespace Shop.Tests.Database;

/// <summary>S1: sample data, once, into a database that nobody has used yet.</summary>
public sealed class SampleDataTests : MigrationTests
{
    [Test]
    public async Task S1_Loads_what_the_interface_promises()
    {
        await Database.Migrate(sampleData: true);

        Assert.That(
            await Database.Lines("select concat_ws(', ', id, name, price, stock) from products.products order by id"),
            Is.EqualTo(
            [
                "1, Laptop, 999.99, 50",
                "2, Wireless Mouse, 29.99, 200",
                "3, Mechanical Keyboard, 79.99, 150",
                "4, USB-C Hub, 49.99, 100",
                "5, Webcam HD, 89.99, 75",
            ]));
        Assert.That(
            await Database.Lines("select concat_ws(', ', id, username, email) from users.users order by id"),
            Is.EqualTo(["1, john_doe, john@example.com", "2, jane_smith, jane@example.com", "3, bob_wilson, bob@example.com"]));
        Assert.That(
            await Database.Lines("select concat_ws(', ', id, username, product_name, quantity, total_price, status) from orders.orders order by id"),
            Is.EqualTo(
            [
                "1, john_doe, Laptop, 1, 999.99, completed",
                "2, jane_smith, Wireless Mouse, 2, 59.98, pending",
                "3, bob_wilson, Mechanical Keyboard, 1, 79.99, shipped",
            ]));
    }

    [Test]
    public async Task S1_Counts_on_behind_the_ids_that_it_gave()
    {
        await Database.Migrate(sampleData: true);

        Assert.That(
            await Database.Value<int>("insert into users.users (username, email) values ('ann', 'ann@example.com') returning id"),
            Is.EqualTo(4));
        Assert.That(
            await Database.Value<int>("insert into products.products (name, price, stock) values ('Lamp', 1, 1) returning id"),
            Is.EqualTo(6));
        Assert.That(
            await Database.Value<long>(
                """
                insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price)
                values (4, 'ann', 6, 'Lamp', 1, 1, 1)
                returning id
                """),
            Is.EqualTo(4));
    }

    [Test]
    public async Task S1_Never_loads_again_over_what_users_have_changed()
    {
        await Database.Migrate(sampleData: true);
        await Database.Run(
            """
            update products.products set price = 1.23, stock = 0 where id = 1;
            update users.users set username = 'johnny' where id = 1;
            delete from orders.orders where id = 2;
            """);
        var before = await Rows();

        await Database.Migrate(sampleData: true);

        Assert.That(await Rows(), Is.EqualTo(before));
    }

    [Test]
    public async Task S1_Never_loads_again_when_everything_has_been_deleted()
    {
        await Database.Migrate(sampleData: true);
        await Database.Run("delete from orders.orders; delete from products.products; delete from users.users;");

        await Database.Migrate(sampleData: true);

        Assert.That(await Rows(), Is.Empty);
    }

    [TestCase("insert into users.users (username, email) values ('ann', 'ann@example.com')")]
    [TestCase("insert into products.products (name, price, stock) values ('Lamp', 1, 1)")]
    public async Task S1_Loads_nothing_into_a_database_that_is_in_use(string use)
    {
        await Database.Migrate();
        await Database.Run(use);
        var before = await Rows();

        await Database.Migrate(sampleData: true);

        Assert.That(await Rows(), Is.EqualTo(before));
    }

    Task<IReadOnlyList<string>> Rows() => Database.Lines(
        """
        select users::text from users.users
        union all
        select products::text from products.products
        union all
        select orders::text from orders.orders
        order by 1
        """);
}
