using Dapper;
using Npgsql;
using NUnit.Framework;
using Shop.Database;
using Shop.Shared.Hosting;
using Shop.Tests.Database;

namespace Shop.Tests.Data;

/// <summary>
/// How many rows a page makes PostgreSQL read where there are a million, by its own count. The hosts have no pool here, since a session
/// says what it has read when it ends; each way of planning that prepared statements come to know is tried by itself.
/// </summary>
public sealed class MillionRowsTests
{
    const int Rows = 1_000_000;

    static readonly string[] PlanModes = ["force_custom_plan", "force_generic_plan"];

    // Half the products are sold out, one user in a thousand is at example.org, one order in ten is of the product 1.
    static readonly string[] Filled =
    [
        """
        insert into products.products (id, name, price, stock)
        select i, 'Product ' || i || case when i % 10 = 0 then ' gift' else '' end || case when i % 250 = 0 then ' rare' else '' end
            || case when i % 200000 = 7 then ' gem' else '' end, i % 1000, i % 2
        from generate_series(1, 1000000) as i
        """,
        """
        insert into users.users (id, username, email)
        select i, 'user_' || i, i || case when i % 1000 = 0 then '@example.org' else '@example.com' end
        from generate_series(1, 1000000) as i
        """,
        """
        insert into orders.orders (id, user_id, username, product_id, product_name, quantity, unit_price, total_price)
        select i, case when i % 5 = 0 then 1 when i % 100 = 1 then 2 else i end, 'u', case when i % 10 = 0 then 1 else i end, 'p', 1, 1, 1
        from generate_series(1, 1000000) as i
        """,
    ];

    TemporaryServer server = null!;
    NpgsqlDataSource owner = null!;
    string connectionString = "";

    [OneTimeSetUp]
    public async Task Fill()
    {
        server = await TemporaryServer.Start();
        var database = await server.CreateDatabase();
        var passwords = RolePasswords.Random();
        await new OwnedDatabase(database).Migrate(passwords);
        owner = NpgsqlDataSource.Create($"{database};Command Timeout=300");
        connectionString = new NpgsqlConnectionStringBuilder(database) { Username = Roles.Shop, Password = passwords[Roles.Shop], Pooling = false }
            .ConnectionString;
        await using var connection = await owner.OpenConnectionAsync();
        // Without looking up each foreign key, and with the search indexes made at the end, which is faster than row by row.
        var indexes = (await connection.QueryAsync<string>(
            "select indexdef from pg_indexes where indexname like '%search_idx'")).AsList();
        await connection.ExecuteAsync("set session_replication_role = replica; drop index products.products_search_idx, users.users_search_idx");
        foreach (var statement in Filled.Concat(indexes).Append("vacuum analyze"))
        {
            await connection.ExecuteAsync(statement);
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await owner.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task L3_A_page_reads_at_most_ten_times_the_rows_that_it_shows([ValueSource(nameof(PlanModes))] string planMode)
    {
        await using var host = await HostProcess.Start(
            "All", new Dictionary<string, string> { ["ConnectionStrings__Shop"] = $"{connectionString};Options=-c plan_cache_mode={planMode}" });
        using (Assert.EnterMultipleScope())
        {
            await MustReadLittle(host, "product", "", Rows);
            await MustReadLittle(host, "product", "q=PRODUCT", Rows);
            await MustReadLittle(host, "product", "q=gift", Rows / 10);
            await MustReadLittle(host, "product", "q=rare", Rows / 250);
            await MustReadLittle(host, "product", "q=gift&limit=10", Rows / 10);
            await MustReadLittle(host, "product", "q=123", null);
            await MustReadLittle(host, "product", "q=uct%20123", null);
            await MustReadLittle(host, "product", "q=gem", 5);
            await MustReadLittle(host, "product", "q=zzz", 0);
            await MustReadLittle(host, "product", "q=gift&in_stock=false&min_price=0&max_price=1000", Rows / 10);
            await MustReadLittle(host, "user", "", Rows);
            await MustReadLittle(host, "user", "q=user", Rows);
            await MustReadLittle(host, "user", "q=Example.org", Rows / 1000);
            await MustReadLittle(host, "user", "q=777", null);
            await MustReadLittle(host, "user", "q=zzz", 0);
            await MustReadLittle(host, "order", "", Rows);
            await MustReadLittle(host, "order", "user_id=1", Rows / 5);
            await MustReadLittle(host, "order", "user_id=2", Rows / 100);
            await MustReadLittle(host, "order", "product_id=1", Rows / 10);
            await MustReadLittle(host, "order", "product_id=999999", 1);
        }
    }

    /// <summary>Asks for the first page, for one behind the middle, and for the last.</summary>
    async Task MustReadLittle(HostProcess host, string kind, string filters, int? matches)
    {
        using var client = new HttpClient { BaseAddress = host.AddressOf(kind) };
        foreach (var start in new long[] { 0, Rows / 2, kind == "order" ? 60 : Rows - 60 })
        {
            var after = start == 0 ? "" : $"&after={Cursor.Write(start, $"{kind}s")}";
            var path = $"/{kind}s?{filters}{after}";
            var before = await RowsRead(kind);

            var answer = await client.Get(path);

            Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
            var shown = answer.Json.GetProperty("count").GetInt32();
            Assert.That(start == 0 && matches is { } all ? shown : 0, Is.EqualTo(start == 0 && matches is not null ? Math.Min(matches.Value, Limit(filters)) : 0), path);
            // The last page has few rows, and the index of a search steps by sixteen ids.
            Assert.That(await RowsRead(kind) - before, Is.LessThanOrEqualTo((10 * shown) + 33), $"{path} shows {shown}");
        }
    }

    static int Limit(string filters) => filters.Contains("limit=10", StringComparison.Ordinal) ? 10 : 100;

    async Task<long> RowsRead(string kind)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await Wait.Until(
            async () => await connection.ExecuteScalarAsync<int>("select count(*) from pg_stat_activity where usename = 'shop'") == 0,
            "the host's sessions to end");
        return await connection.ExecuteScalarAsync<long>(
            "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where schemaname = @schema and relname = @schema", new { schema = $"{kind}s" });
    }
}
