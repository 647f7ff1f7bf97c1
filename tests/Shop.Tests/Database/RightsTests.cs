using Npgsql;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary>What the host of a role may do in the database, and what it may not, whatever its code tries.</summary>
public sealed class RightsTests : DatabaseTests
{
    [TestCase(Roles.Product, "select from users.users")]
    [TestCase(Roles.Product, "select from orders.orders")]
    [TestCase(Roles.Product, "delete from orders.orders")]
    [TestCase(Roles.User, "select from products.products")]
    [TestCase(Roles.User, "update products.products set stock = 1")]
    [TestCase(Roles.User, "select from orders.orders")]
    [TestCase(Roles.Order, "select email from users.users")]
    [TestCase(Roles.Order, "update users.users set username = 'x'")]
    [TestCase(Roles.Order, "delete from users.users")]
    [TestCase(Roles.Order, "insert into users.users (username, email) values ('ann', 'ann@example.com')")]
    [TestCase(Roles.Order, "update products.products set price = 0")]
    [TestCase(Roles.Order, "delete from products.products")]
    [TestCase(Roles.Order, "delete from orders.orders")]
    [TestCase(Roles.Shop, "delete from orders.orders")]
    [TestCase(Roles.Monitor, "select from users.users")]
    [TestCase(Roles.Monitor, "select from products.products")]
    [TestCase(Roles.Monitor, "select from orders.orders")]
    public async Task Refuses_a_role_what_its_modules_do_not_do(string role, string statement) => await Refuses(role, statement);

    [Test]
    public async Task Refuses_every_role_to_change_the_schema(
        [ValueSource(typeof(Roles), nameof(Roles.All))] string role,
        [Values(
            "create table public.notes (id integer)",
            "create table orders.notes (id integer)",
            "create temp table notes (id integer)",
            "create schema notes",
            "alter table products.products drop constraint products_stock_check",
            "drop table users.users",
            "truncate orders.orders",
            "update migrations.orders set checksum = ''",
            "create role friend login")]
        string statement) => await Refuses(role, statement);

    [TestCase(Roles.Product, "select from products.products")]
    [TestCase(Roles.User, "select email from users.users")]
    [TestCase(Roles.Order, "select id, username from users.users for key share")]
    [TestCase(Roles.Order, "select id, name, price, stock from products.products for no key update")]
    [TestCase(Roles.Order, "update products.products set stock = stock, version = version + 1")]
    [TestCase(Roles.Shop, "select from products.products, users.users, orders.orders")]
    [TestCase(Roles.Monitor, "select pg_ls_waldir()")]
    public void Lets_a_role_do_what_its_modules_and_their_promises_do(string role, string statement) =>
        Assert.That(() => Run(role, statement), Throws.Nothing);

    [Test]
    public async Task Lets_the_exporter_see_what_every_session_does() => Assert.That(
        await Run(Roles.Monitor, "select count(*) from pg_stat_activity where query = '<insufficient privilege>'"), Is.Zero);

    [TestCase("lock_timeout", "1s")]
    [TestCase("statement_timeout", "5s")]
    [TestCase("idle_in_transaction_session_timeout", "5s")]
    public async Task Lets_no_role_keep_others_waiting_for_long(string setting, string value)
    {
        foreach (var role in Roles.All)
        {
            Assert.That(await Run(role, $"show {setting}"), Is.EqualTo(value), role);
        }
    }

    async Task Refuses(string role, string statement)
    {
        await Database.Empty();

        Assert.That(
            () => Run(role, statement),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    async Task<object?> Run(string role, string statement)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString(role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }
}
