using Npgsql;
using NUnit.Framework;

namespace Shop.Tests.Database;

/// <summary>What the tables let nobody write, not even their owner: here one product, one user, and one order of it.</summary>
public sealed class ConstraintsTests : DatabaseTests
{
    [SetUp]
    public async Task Fill()
    {
        await Database.Empty();
        await Database.Run(
            """
            insert into users.users (username, email) values ('ann', 'ann@example.com');
            insert into products.products (name, price, stock) values ('Lamp', 19.90, 5);
            insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
            values (1, 'ann', 1, 'Lamp', 2, 19.90, 39.80, 'first');
            """);
    }

    [TestCase("update products.products set stock = -1", "products_stock_check")]
    [TestCase("update products.products set stock = stock - 6", "products_stock_check")]
    [TestCase("update products.products set price = -0.01", "products_price_check")]
    [TestCase("update products.products set name = ''", "products_name_check")]
    [TestCase("update products.products set name = repeat('x', 256)", "products_name_check")]
    [TestCase("update users.users set username = 'a b c'", "users_username_check")]
    [TestCase("update users.users set username = 'ab'", "users_username_check")]
    [TestCase("update users.users set email = 'a@'", "users_email_check")]
    [TestCase("update orders.orders set quantity = 0, total_price = 0", "orders_quantity_check")]
    [TestCase("update orders.orders set quantity = -1, total_price = -19.90", "orders_quantity_check")]
    [TestCase("update orders.orders set status = 'lost'", "orders_status_check")]
    [TestCase("update orders.orders set status = 'Pending'", "orders_status_check")]
    [TestCase("update orders.orders set unit_price = -1, total_price = -2", "orders_unit_price_check")]
    [TestCase("update orders.orders set total_price = 39.79", "orders_check")]
    [TestCase("update orders.orders set quantity = 3", "orders_check")]
    public void Refuses_what_cannot_be_true(string statement, string constraint) =>
        Refuses(statement, PostgresErrorCodes.CheckViolation, constraint);

    [TestCase("insert into users.users (username, email) values ('ann', 'other@example.com')", "users_username_key")]
    [TestCase("insert into users.users (username, email) values ('Ann', 'other@example.com')", "users_username_key")]
    [TestCase("insert into users.users (username, email) values ('other', 'ann@example.com')", "users_email_key")]
    [TestCase("insert into users.users (username, email) values ('other', 'ANN@Example.com')", "users_email_key")]
    [TestCase(
        """
        insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
        values (1, 'ann', 1, 'Lamp', 1, 1, 1, 'first')
        """,
        "orders_idempotency_key_key")]
    public void Refuses_the_same_twice(string statement, string index) =>
        Refuses(statement, PostgresErrorCodes.UniqueViolation, index);

    [TestCase("delete from users.users", "orders_user_id_fkey")]
    [TestCase("delete from products.products", "orders_product_id_fkey")]
    [TestCase("update orders.orders set user_id = 2", "orders_user_id_fkey")]
    [TestCase("update orders.orders set product_id = 2", "orders_product_id_fkey")]
    public void Refuses_an_order_of_nobody_or_of_nothing(string statement, string foreignKey) =>
        Refuses(statement, PostgresErrorCodes.ForeignKeyViolation, foreignKey);

    [TestCase("products.products", "name")]
    [TestCase("products.products", "price")]
    [TestCase("products.products", "stock")]
    [TestCase("users.users", "username")]
    [TestCase("users.users", "email")]
    [TestCase("orders.orders", "user_id")]
    [TestCase("orders.orders", "product_id")]
    [TestCase("orders.orders", "quantity")]
    [TestCase("orders.orders", "unit_price")]
    [TestCase("orders.orders", "total_price")]
    [TestCase("orders.orders", "status")]
    public void Refuses_a_row_that_lacks_something(string table, string column) =>
        Assert.That(
            () => Database.Run($"update {table} set {column} = null"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.NotNullViolation));

    [Test]
    public void Takes_two_orders_without_a_key() => Assert.That(
        () => Database.Run(
            """
            insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price)
            values (1, 'ann', 1, 'Lamp', 1, 1, 1), (1, 'ann', 1, 'Lamp', 1, 1, 1)
            """),
        Throws.Nothing);

    [Test]
    public async Task Has_no_index_that_mentions_stock_so_that_its_updates_stay_cheap() => Assert.That(
        await Database.Value<long>("select count(*) from pg_indexes where tablename = 'products' and indexdef ~ 'stock|version'"), Is.Zero);

    void Refuses(string statement, string sqlState, string constraint) =>
        Assert.That(
            () => Database.Run(statement),
            Throws.InstanceOf<PostgresException>()
                .With.Property("SqlState").EqualTo(sqlState)
                .And.Property("ConstraintName").EqualTo(constraint));
}
