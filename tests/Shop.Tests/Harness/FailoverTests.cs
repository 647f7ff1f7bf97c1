using Dapper;
using Npgsql;
using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Harness;

/// <summary>A client that knows both servers, while they change places.</summary>
public sealed class FailoverTests
{
    [Test]
    public async Task Clients_find_the_promoted_standby_and_later_the_first_primary_again()
    {
        await using var pair = await PrimaryAndStandby.Start(synchronous: true);
        await using var clients = NpgsqlDataSource.Create($"{pair.ConnectionString(Roles.User)};Host Recheck Seconds=1");
        await AddUser(clients, "ann");
        var (first, second) = (pair.Primary, pair.Standby);

        await first.Kill();
        Assert.That(() => AddUser(clients, "bob"), Throws.InstanceOf<NpgsqlException>());
        await pair.Promote();

        Assert.That(pair.Primary, Is.SameAs(second));
        await Wait.Until(() => TryAddUser(clients, "bob"), "the clients to find the new primary");
        await pair.Rejoin();
        await AddUser(clients, "cid");
        await pair.CaughtUp();
        Assert.That(await Users(first), Is.EqualTo(["ann", "bob", "cid"]));

        await second.Kill();
        await pair.Promote();
        await Wait.Until(() => TryAddUser(clients, "dan"), "the clients to find the first primary again");
        Assert.That(await Users(first), Is.EqualTo(["ann", "bob", "cid", "dan"]));
    }

    static async Task AddUser(NpgsqlDataSource clients, string name)
    {
        await using var connection = await clients.OpenConnectionAsync();
        await connection.ExecuteAsync("insert into users.users (username, email) values (@name, @name || '@example.com')", new { name });
    }

    static async Task<bool> TryAddUser(NpgsqlDataSource clients, string name)
    {
        try
        {
            await AddUser(clients, name);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static async Task<IEnumerable<string>> Users(PostgresServer server)
    {
        await using var connection = await server.Owner.OpenConnectionAsync();
        return await connection.QueryAsync<string>("select username from users.users order by id");
    }
}
