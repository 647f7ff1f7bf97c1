using Npgsql;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary>The roles that the hosts log in as.</summary>
public sealed class LoginRolesTests : MigrationTests
{
    static IReadOnlyList<string> Every => Roles.All;

    [TestCaseSource(nameof(Every))]
    public async Task Lets_a_role_log_in_by_its_password(string role)
    {
        var passwords = RolePasswords.Random();
        await Database.Migrate(passwords);

        Assert.That(() => Database.LogIn(role, passwords[role]), Throws.Nothing);
    }

    [TestCaseSource(nameof(Every))]
    public async Task Lets_a_role_log_in_by_its_new_password_alone_after_the_next_migration(string role)
    {
        var (old, changed) = (RolePasswords.Random(), RolePasswords.Random());
        await Database.Migrate(old);

        await Database.Migrate(changed);

        Assert.That(() => Database.LogIn(role, changed[role]), Throws.Nothing);
        Assert.That(
            () => Database.LogIn(role, old[role]),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InvalidPassword));
    }

    [Test]
    public async Task Lets_no_role_in_that_it_does_not_know()
    {
        await Database.Migrate();
        await Database.Run("create role stranger login password 'open sesame'");

        Assert.That(
            () => Database.LogIn("stranger", "open sesame"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task Takes_back_a_right_that_somebody_gave_a_role()
    {
        await Database.Migrate();
        await Database.Run("grant select on users.users to shop_product; grant delete on orders.orders to shop_order");

        await Database.Migrate();

        Assert.That(
            await Database.Lines(
                """
                select grantee || ' may ' || privilege_type
                from information_schema.role_table_grants
                where (grantee, privilege_type) in (('shop_product', 'SELECT'), ('shop_order', 'DELETE'))
                  and table_name in ('users', 'orders')
                  and table_schema <> 'migrations'
                """),
            Is.Empty);
    }
}
