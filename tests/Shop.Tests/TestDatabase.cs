using System.Globalization;
using Npgsql;
using NUnit.Framework;
using Respawn;
using Shop.Database;
using Shop.Tests.Running;

namespace Shop.Tests;

/// <summary>One temporary PostgreSQL for the whole run, migrated, without sample data, and emptied between tests.</summary>
[SetUpFixture]
public sealed class TestDatabase
{
    static string folder = "";
    static EmbeddedPostgres? server;
    static Respawner? respawner;

    /// <summary>The owner's connections: what no host may do.</summary>
    public static NpgsqlDataSource Owner { get; private set; } = null!;

    /// <summary>The passwords of the hosts' roles.</summary>
    public static RolePasswords Passwords { get; } = RolePasswords.Random();

    /// <summary>How <see cref="Owner"/> connects.</summary>
    public static string OwnerConnectionString => server!.OwnerConnectionString;

    /// <summary>The server's process, of which all its others are children.</summary>
    public static int ServerProcess =>
        int.Parse(File.ReadLines(Path.Combine(server!.Folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>How a host connects as its role.</summary>
    public static string ConnectionString(string role) => server!.ConnectionString(role, Passwords[role]);

    /// <summary>Deletes every row and starts the ids at 1 again. The migrations' own table stays.</summary>
    public static async Task Empty()
    {
        await using var connection = await Owner.OpenConnectionAsync();
        respawner ??= await Respawner.CreateAsync(connection, new RespawnerOptions
        {
            DbAdapter = DbAdapter.Postgres,
            SchemasToInclude = ["users", "products", "orders"],
            WithReseed = true,
        });
        await respawner.ResetAsync(connection);
    }

    [OneTimeSetUp]
    public async Task Start()
    {
        folder = Directory.CreateTempSubdirectory("shop-tests-").FullName;
        server = await EmbeddedPostgres.Start(folder);
        await Migrator.Migrate(server.OwnerConnectionString, Passwords);
        Owner = NpgsqlDataSource.Create(server.OwnerConnectionString);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await RunningShop.StopAll();
        await Owner.DisposeAsync();
        await server!.DisposeAsync();
        foreach (var used in new[] { server.Folder, folder }.Distinct())
        {
            Directory.Delete(used, recursive: true);
        }
    }
}
