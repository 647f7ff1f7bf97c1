using Dapper;
using Npgsql;
using NUnit.Framework;
using Shop.Database;
using Shop.Shared.Hosting;

namespace Shop.Tests.Database;

/// <summary>The migrator, each time on a database of its own.</summary>
public sealed class MigratorTests
{
    static readonly RolePasswords Passwords = TestDatabase.Passwords;

    string name = "", folder = "";

    string ConnectionString => new NpgsqlConnectionStringBuilder(TestDatabase.OwnerConnectionString) { Database = name, Pooling = false }.ConnectionString;

    [SetUp]
    public async Task CreateDatabase()
    {
        name = $"migrated_{Guid.NewGuid():N}";
        await Running.Sql.Run($"create database {name}");
        folder = Directory.CreateTempSubdirectory("shop-migrations-").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "migrations"), "*.sql", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileName(file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [TearDown]
    public async Task DropDatabase()
    {
        await Running.Sql.Run($"drop database {name} with (force)");
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Migrates_a_fresh_database_and_leaves_a_migrated_one_as_it_is()
    {
        await Migrate(sampleData: true);
        Assert.That(await Value("select count(*) from orders.orders"), Is.EqualTo(3));
        await Run("delete from orders.orders; update products.products set stock = 7");

        await Migrate(sampleData: true);

        Assert.That(await Value("select count(*) from orders.orders"), Is.Zero, "what users did is theirs");
        Assert.That(await Value("select min(stock) from products.products"), Is.EqualTo(7));
    }

    [Test]
    public async Task Three_migrators_at_the_same_moment_do_the_work_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Migrate(sampleData: true))));

        Assert.That(await Value("select count(*) from products.products"), Is.EqualTo(5));
        foreach (var module in new[] { "users", "products", "orders", "sample" })
        {
            Assert.That(await Value($"select count(*) from migrations.{module} where name like 'V%'"), Is.EqualTo(1), module);
        }
    }

    [Test]
    public async Task Refuses_a_file_that_was_changed_after_it_ran()
    {
        await Migrate();
        await File.AppendAllTextAsync(Path.Combine(folder, "products", "V0001__create_products.sql"), "\nalter table products.products add column x integer;");

        var refusal = Assert.ThrowsAsync<StartupException>(() => Migrate());

        Assert.That(refusal!.Message, Does.Contain("V0001__create_products.sql").And.Not.Contain("\n"));
        Assert.That(await Value("select count(*) from information_schema.columns where table_schema = 'products' and column_name = 'x'"), Is.Zero);
    }

    [Test]
    public async Task Refuses_a_database_that_is_newer()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "orders", "V0099__of_tomorrow.sql"), "select 1;");
        await Migrate();
        File.Delete(Path.Combine(folder, "orders", "V0099__of_tomorrow.sql"));

        var refusal = Assert.ThrowsAsync<StartupException>(() => Migrate());

        Assert.That(refusal!.Message, Does.Contain("newer").And.Not.Contain("\n"));
    }

    [TestCase("insert into products.products (name, price, stock) values ('x', 1, -1)")]
    [TestCase("insert into products.products (name, price, stock) values ('x', -1, 1)")]
    [TestCase("update orders.orders set quantity = 0, total_price = 0")]
    [TestCase("update orders.orders set status = 'banana'")]
    [TestCase("update orders.orders set total_price = total_price + 1")]
    [TestCase("insert into users.users (username, email) values ('JOHN_DOE', 'other@example.com')")]
    [TestCase("insert into users.users (username, email) values ('other', 'JOHN@example.com')")]
    [TestCase("delete from users.users")]
    [TestCase("delete from products.products")]
    public async Task The_database_itself_refuses_what_cannot_be(string statement)
    {
        await Migrate(sampleData: true);
        var refusal = Assert.ThrowsAsync<PostgresException>(() => Run(statement));
        Assert.That(refusal!.SqlState, Does.StartWith("23"));
    }

    Task Migrate(bool sampleData = false) => Migrator.Migrate(ConnectionString, Passwords, sampleData, folder);

    async Task Run(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    async Task<int> Value(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.ExecuteScalarAsync<int>(sql);
    }
}
