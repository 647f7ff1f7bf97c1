using NUnit.Framework;
using Shop.Shared.Data;

namespace Shop.Tests.Hosting;

/// <summary>What a client is told when PostgreSQL refuses.</summary>
public sealed class RefusalTests(Layout layout) : ShopTests(layout)
{
    static IEnumerable<(string SqlState, FaultKind Kind)> Table => DatabaseFaults.Table.Where(row => row.Kind != FaultKind.Refused);

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout);

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task C12_Each_SQLSTATE_of_the_table_is_of_its_kind_for_every_write_and_nothing_was_done()
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (sqlState, kind) in Table)
            {
                await using var refusing = await Raising(sqlState);
                var before = await Rows();
                foreach (var operation in Operation.Every.Where(operation => operation.Method != HttpMethod.Get))
                {
                    // Its own body is the state that the order is in, which changes nothing.
                    var answer = operation.Route.EndsWith("/status", StringComparison.Ordinal)
                        ? await operation.Ask(Shop, """{"status": "shipped"}""")
                        : await operation.Ask(Shop);
                    answer.MustBe(kind == FaultKind.Unavailable ? "database_unavailable" : "overloaded", $"{operation}, {sqlState}");
                    Assert.That(answer.Text, Does.Contain("Nothing was done"), $"{operation}, {sqlState}");
                    Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
                }

                Assert.That(await Rows(), Is.EqualTo(before), sqlState);
            }
        }
    }

    [Test]
    public async Task C12_A_role_that_may_not_log_in_is_an_unavailable_database_and_the_host_unhealthy()
    {
        await Furnish();
        await AreRefused($"alter role {Layout.Orders.Role} nologin", $"alter role {Layout.Orders.Role} login");
    }

    [Test]
    public async Task C12_A_password_that_was_changed_is_an_unavailable_database_and_the_host_unhealthy()
    {
        await Furnish();
        var before = await Database.Value<string>($"select rolpassword from pg_authid where rolname = '{Layout.Orders.Role}'");
        await AreRefused($"alter role {Layout.Orders.Role} password 'another'", $"alter role {Layout.Orders.Role} password '{before}'");
    }

    [Test]
    public async Task C12_A_server_that_is_read_only_is_an_unavailable_database_and_the_host_unhealthy()
    {
        await Furnish();
        await AreRefused($"alter role {Layout.Orders.Role} set default_transaction_read_only = on", $"alter role {Layout.Orders.Role} reset default_transaction_read_only");
    }

    [Test]
    public async Task C12_A_frozen_server_is_an_unavailable_database_for_every_operation_and_nothing_was_done()
    {
        await Furnish();
        var before = await Rows();
        Answer[] answers;
        await using (FrozenServer.Freeze(Database))
        {
            answers = await Task.WhenAll(Operation.Every.Select(operation => operation.Ask(Shop)));
            Assert.That((int)(await Shop.Orders.Get("/health")).Status, Is.EqualTo(503));
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var (operation, answer) in Operation.Every.Zip(answers))
            {
                answer.MustBe("database_unavailable", operation.ToString());
                Assert.That(answer.Text, Does.Contain("Nothing was done"), operation.ToString());
            }
        }

        await Wait.Until(async () => (int)(await Shop.Orders.Get("/health")).Status == 200, "the host to be healthy again");
        Assert.That(await Rows(), Is.EqualTo(before));
        Assert.That((int)(await Shop.Orders.Order(user: 1, product: 1)).Status, Is.EqualTo(201));
    }

    /// <summary>Orders are refused from a change of the server until it is undone, both seen by new sessions only.</summary>
    async Task AreRefused(string change, string undo)
    {
        await Database.Run($"{change}; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{Layout.Orders.Role}'");
        try
        {
            await Wait.Until(async () => (int)(await Shop.Orders.Get("/health")).Status == 503, "the host to be unhealthy");
            (await Shop.Orders.Order(user: 1, product: 1)).MustBe("database_unavailable");
            Assert.That(await Shop.Orders.GetStringAsync("/metrics"), Does.Contain("\nshop_database_up 0\n"));
        }
        finally
        {
            await Database.Run($"{undo}; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{Layout.Orders.Role}'");
        }

        await Wait.Until(async () => (int)(await Shop.Orders.Get("/health")).Status == 200, "the host to be healthy again");
        Assert.That((int)(await Shop.Orders.Order(user: 1, product: 1)).Status, Is.EqualTo(201));
    }

    Task<string?> Rows() => Database.Value<string>(
        """
        select concat(
            (select string_agg(users::text, ',' order by id) from users.users),
            (select string_agg(products::text, ',' order by id) from products.products),
            (select string_agg(orders::text, ',' order by id) from orders.orders))
        """);

    /// <summary>Has every write of a row fail with an SQLSTATE. Of those that stand for a class, its first.</summary>
    async Task<Undo> Raising(string sqlState)
    {
        var state = sqlState switch { "08" => "08006", "28" => "28P01", "57P0" => "57P01", _ => sqlState };
        string[] tables = ["users.users", "products.products", "orders.orders"];
        await Database.Run(
            $"""
            create function public.refuse() returns trigger language plpgsql as
            $$ begin raise exception 'refused' using errcode = '{state}'; end $$;
            {string.Join('\n', tables.Select(table => $"create trigger refuse before insert or update or delete on {table} for each row execute function public.refuse();"))}
            """);
        return new(() => Database.Run(
            $"""
            {string.Join('\n', tables.Select(table => $"drop trigger refuse on {table};"))}
            drop function public.refuse();
            """));
    }

    sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await undo();
    }
}
