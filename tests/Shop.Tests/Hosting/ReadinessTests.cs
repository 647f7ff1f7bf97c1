using Npgsql;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Hosting;

/// <summary>A host on a database that nobody has migrated yet.</summary>
[TestFixtureSource(typeof(Layout), nameof(Layout.Every))]
public sealed class ReadinessTests(Layout layout) : DatabaseTests
{
    [Test]
    public async Task H2_H3_A_host_on_an_unmigrated_database_lives_says_why_once_and_is_ready_once_it_is_migrated()
    {
        var name = $"unmigrated_{Guid.NewGuid():N}";
        await Database.Run($"create database {name}");
        try
        {
            await using var host = await HostProcess.Start(layout.Orders.Name, new Dictionary<string, string>
            {
                ["ConnectionStrings__Shop"] = On(name, Database.ConnectionString(layout.Orders.Role)),
            });
            using var client = new HttpClient { BaseAddress = host.AddressOf("order") };
            Assert.That((int)(await client.Get("/health/live")).Status, Is.EqualTo(200));
            Assert.That((int)(await client.Get("/health/ready")).Status, Is.EqualTo(503));
            await Wait.Until(() => Task.FromResult(host.Output.Any(line => line.Contains("not migrated", StringComparison.Ordinal))), "the reason");

            await Migrator.Migrate(On(name, Database.OwnerConnectionString), Database.Passwords);

            await Wait.Until(async () => (int)(await client.Get("/health/ready")).Status == 200, "the host to be ready");
            await Wait.Until(() => Task.FromResult(host.Output.Any(line => line.Contains("Ready again", StringComparison.Ordinal))), "the news");
            Assert.That(host.Output.Count(line => line.Contains("not migrated", StringComparison.Ordinal)), Is.EqualTo(1));
        }
        finally
        {
            await Database.Run($"drop database {name} with (force)");
        }
    }

    static string On(string database, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = true }.ConnectionString;
}
