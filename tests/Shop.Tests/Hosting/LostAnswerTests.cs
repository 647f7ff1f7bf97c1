using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Writes whose connection to the database breaks while they are committed.</summary>
public sealed class LostAnswerTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Tables = ["users.users", "products.products", "orders.orders"];

    PostgresProxy proxy = null!;

    protected override Task<RunningShop> OpenShop()
    {
        proxy = new(Database.OwnerConnectionString);
        return Sandbox.StartShopBehind(proxy, Layout);
    }

    [OneTimeTearDown]
    public async Task CloseShop()
    {
        await Shop.DisposeAsync();
        await proxy.DisposeAsync();
    }

    [TearDown]
    public Task CommitQuickly() => Database.Run("drop function if exists public.linger() cascade");

    [Test]
    public async Task C12_Every_write_is_looked_up_answered_as_done_and_done_once()
    {
        await Furnish();
        await CommitSlowly();
        using (Assert.EnterMultipleScope())
        {
            foreach (var operation in Operation.Every.Where(operation => operation.Method != HttpMethod.Get))
            {
                var before = await Rows();
                var asked = operation.Route.EndsWith("/status", StringComparison.Ordinal)
                    ? operation.Ask(Shop, """{"status": "shipped"}""")
                    : operation.Ask(Shop);
                await Wait.Until(
                    () => Database.Value<bool>("select exists (select from pg_stat_activity where wait_event = 'PgSleep' and query ilike 'commit%')"),
                    $"{operation} to be committed");
                proxy.CutConnections();

                var answer = await asked;
                Assert.That(answer.Status, Is.EqualTo(operation.Success), $"{operation} {answer}");
                var change = operation.Method == HttpMethod.Post ? 1 : operation.Method == HttpMethod.Delete ? -1 : 0;
                Assert.That(await Rows(), Is.EqualTo(before + change), operation.ToString());
            }
        }
    }

    Task<int> Rows() => Database.Value<int>(
        """
        select (select count(*) from users.users) + (select count(*) from products.products) + (select count(*) from orders.orders)
        """);

    /// <summary>Lets every commit of a change take a second.</summary>
    Task CommitSlowly() => Database.Run(
        $"""
        create function public.linger() returns trigger language plpgsql as
        $$ begin perform pg_sleep(1); return null; end $$;
        {string.Join('\n', Tables.Select(table =>
            $"create constraint trigger linger after insert or update or delete on {table} deferrable initially deferred for each row execute function public.linger();"))}
        """);
}
