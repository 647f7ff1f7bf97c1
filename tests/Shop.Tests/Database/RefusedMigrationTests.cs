using NUnit.Framework;
using Shop.Database;
using Shop.Shared.Hosting;

namespace Shop.Tests.Database;

/// <summary>Databases that do not fit this build: the migrator says so in one line, and changes nothing.</summary>
public sealed class RefusedMigrationTests : MigrationTests
{
    readonly RolePasswords passwords = RolePasswords.Random();

    [Test]
    public async Task Refuses_when_a_file_has_been_changed_since_it_ran()
    {
        await Database.Migrate(passwords);
        using var files = new MigrationFiles();
        files.Replace("products/V0001__create_products.sql", "stock >= 0", "stock > 0");

        await Refuses(files.Folder, "products/V0001__create_products.sql has been changed");
    }

    [Test]
    public async Task Refuses_when_the_last_module_has_changed_before_it_touches_the_first()
    {
        await Database.Migrate(passwords);
        using var files = new MigrationFiles();
        files.Add("users/V0003__add_phone.sql", "alter table users.users add column phone text;");
        files.Replace("orders/V0001__create_orders.sql", "quantity > 0", "quantity >= 0");

        await Refuses(files.Folder, "orders/V0001__create_orders.sql has been changed");
    }

    [Test]
    public async Task Refuses_when_the_sample_data_has_been_changed_since_it_was_loaded()
    {
        await Database.Migrate(passwords, sampleData: true);
        using var files = new MigrationFiles();
        files.Replace("sample/V0001__load_sample_data.sql", "Laptop", "Slate");

        await Refuses(files.Folder, "sample/V0001__load_sample_data.sql has been changed", sampleData: true);
    }

    [Test]
    public async Task Refuses_when_the_database_is_newer()
    {
        using var newer = new MigrationFiles();
        newer.Add("orders/V0002__add_note.sql", "alter table orders.orders add column note text;");
        await Database.Migrate(passwords, files: newer.Folder);

        await Refuses(files: null, "newer than this build, which does not know its migration orders/V0002__add_note.sql");
    }

    [Test]
    public async Task Refuses_when_the_files_of_a_module_are_missing()
    {
        await Database.Migrate(passwords);
        using var files = new MigrationFiles();
        Directory.Delete(Path.Combine(files.Folder, "users"), recursive: true);

        await Refuses(files.Folder, "The migrations of users are missing");
    }

    async Task Refuses(string? files, string why, bool sampleData = false)
    {
        var before = await Database.Contents();

        var refusal = Assert.ThrowsAsync<StartupException>(() => Database.Migrate(RolePasswords.Random(), sampleData, files));

        Assert.That(refusal.Message, Does.Contain(why).And.Not.Contain("\n"));
        Assert.That(await Database.Contents(), Is.EqualTo(before));
        Assert.That(() => Database.LogIn(Roles.Shop, passwords[Roles.Shop]), Throws.Nothing, "the role's password is what it was");
    }
}
