using NUnit.Framework;
using Shop.Database;
using Shop.Shared.Hosting;

namespace Shop.Tests.Database;

/// <summary>What the migrator makes of a database.</summary>
public sealed class MigratorTests : MigrationTests
{
    [Test]
    public async Task Makes_a_table_for_each_module_of_a_fresh_database()
    {
        await Database.Migrate();

        var tables = await Database.Lines("select schemaname || '.' || tablename from pg_tables where schemaname = tablename order by 1");
        Assert.That(tables, Is.EqualTo(["orders.orders", "products.products", "users.users"]));
    }

    [Test]
    public async Task Shows_every_table_to_people_who_name_no_schema()
    {
        await Database.Migrate();

        Assert.That(
            await Database.Lines("select name from unnest(array['users', 'products', 'orders']) as name where to_regclass(name) is null"),
            Is.Empty);
    }

    [Test]
    public async Task Loads_nothing_unless_it_is_asked_to()
    {
        await Database.Migrate();

        Assert.That(await Database.Value<bool>("select exists (select from users.users) or exists (select from products.products)"), Is.False);
    }

    [Test]
    public async Task Changes_nothing_when_it_runs_again()
    {
        await Database.Migrate(sampleData: true);
        var before = await Database.Contents();

        await Database.Migrate(sampleData: true);

        // The grants are set anew each time, and their own lines say so.
        Assert.That((await Database.Contents()).Where(NotOfGrants), Is.EqualTo(before.Where(NotOfGrants)));

        static bool NotOfGrants(string line) => !line.Contains("R__grants", StringComparison.Ordinal);
    }

    [Test]
    public async Task Runs_only_what_is_new_on_an_older_database()
    {
        await Database.Migrate(sampleData: true);
        using var newer = new MigrationFiles();
        newer.Add("products/V0003__add_colour.sql", "alter table products.products add column colour text not null default 'grey';");

        await Database.Migrate(files: newer.Folder);

        Assert.That(await Database.Value<string>("select colour from products.products where name = 'Laptop'"), Is.EqualTo("grey"));
        Assert.That(
            await Database.Lines("select name from migrations.products where type = 0 order by version"),
            Is.EqualTo(["V0001__create_products.sql", "V0002__search_products.sql", "V0003__add_colour.sql"]));
    }

    [Test]
    public async Task Leaves_nothing_of_a_migration_that_fails_and_says_which_and_why()
    {
        await Database.Migrate();
        using var newer = new MigrationFiles();
        newer.Add("products/V0003__add_colour.sql", "alter table products.products add column colour text; select 1 / 0;");

        var refusal = Assert.ThrowsAsync<StartupException>(() => Database.Migrate(files: newer.Folder));

        Assert.That(refusal.Message, Does.Contain("V0003__add_colour.sql").And.Contain("division by zero").And.Not.Contain("\n"));
        Assert.That(
            await Database.Value<bool>("select exists (select from information_schema.columns where column_name = 'colour')"), Is.False);

        newer.Add("products/V0003__add_colour.sql", "alter table products.products add column colour text;");
        Assert.That(() => Database.Migrate(files: newer.Folder), Throws.Nothing);
    }

    [Test]
    public async Task Lets_one_of_three_work_on_a_fresh_server_while_the_others_wait()
    {
        await using var fresh = await TemporaryServer.Start();
        var database = new OwnedDatabase(await fresh.CreateDatabase());
        var passwords = RolePasswords.Random();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => database.Migrate(passwords, sampleData: true))));

        foreach (var table in new[] { "users", "products", "orders", "sample" })
        {
            var files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "db", table), "V*.sql").Select(file => Path.GetFileName(file)[1..5]);
            Assert.That(
                await database.Lines($"select version from migrations.{table} where type = 0 order by version"), Is.EqualTo(files.Order()), $"migrations of {table}");
        }

        Assert.That(await database.Value<int>("select count(*) from orders.orders"), Is.EqualTo(3));
    }
}
