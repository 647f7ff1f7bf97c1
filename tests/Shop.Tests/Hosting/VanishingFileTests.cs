using Npgsql;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Files that the connection to the database needs, and that change or go while a host runs.</summary>
public sealed class VanishingFileTests(Layout layout) : ShopTests(layout)
{
    [Test]
    public async Task H1_A_password_that_is_changed_in_its_file_needs_no_restart()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "connection-string");
        var role = Layout.Orders.Role;
        var before = await Database.Value<string>($"select rolpassword from pg_authid where rolname = '{role}'");
        await File.WriteAllTextAsync(file, Database.ConnectionString(role));
        await using var host = await Start(("ConnectionStrings__Shop_FILE", file));
        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        await Answers(client, 200);
        try
        {
            await Database.Run($"alter role {role} password 'another'; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'");
            await Answers(client, 503);
            await File.WriteAllTextAsync(file, new NpgsqlConnectionStringBuilder(Database.ConnectionString(role)) { Password = "another" }.ConnectionString);
            await Answers(client, 200);
            File.Delete(file);
            await Database.Run($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'");
            await Answers(client, 503);
        }
        finally
        {
            await Database.Run($"alter role {role} password '{before}'; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'");
        }

        await File.WriteAllTextAsync(file, Database.ConnectionString(role));
        await Answers(client, 200);
    }

    [Test]
    public async Task H1_A_certificate_that_is_missing_is_a_reason_and_no_crash()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "root.crt");
        await using var host = await Start(("ConnectionStrings__Shop", $"{Database.ConnectionString(Layout.Orders.Role)};SSL Mode=VerifyCA;Root Certificate={file}"));
        using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
        await Answers(client, 503);
        (await client.Get("/orders/1")).MustBe("database_unavailable");
        Assert.That(host.HasExited, Is.False);
        Assert.That(host.Lines, Has.Exactly(1).Contains("Not ready"));
    }

    Task<HostProcess> Start(params (string Key, string Value)[] settings) => HostProcess.Start(Layout.Orders.Name, settings.ToDictionary());

    static Task Answers(HttpClient client, int status) =>
        Wait.Until(async () => (int)(await client.Get("/health")).Status == status, $"the host to answer {status}");
}
