using System.Buffers.Binary;
using System.Buffers.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Lists in pages, on every collection.</summary>
public sealed class PagingTests(Layout layout) : ShopTests(layout)
{
    const int Rows = 25;

    static readonly string[] NoWholeNumbers = ["abc", "1.5", "5.0", "1e1", "1,0", "0x5", "+5", "%205", "5%20", "05", "NaN", "1e", "--1", "%00", "%ff", "9999999999", "1e99", "true", "null", "[]", "%zz"];

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L1_L2_An_empty_list_is_a_list(Operation list)
    {
        var answer = await list.Ask(Shop);

        answer.MustBeDone(list);
        Assert.That(answer.Text, Is.EqualTo($$"""{"count":0,"{{list.Kind}}":[],"next":null}"""));
        Assert.That(answer.Headers.Contains("Link"), Is.False);
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L1_L3_Pages_of_every_size_show_each_row_once_in_order(Operation list)
    {
        await Fill();
        foreach (var limit in new[] { 1, 2, 7, 24, 25, 26, 1000 })
        {
            var ids = new List<long>();
            string? path = $"{list.Path()}?limit={limit}";
            for (; path is not null; path = await Page(list, path, limit, ids))
            {
            }

            var inOrder = Enumerable.Range(1, Rows).Select(id => (long)id);
            Assert.That(ids, Is.EqualTo(list.Kind == "orders" ? inOrder.Reverse() : inOrder), $"{limit} a page");
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L1_A_page_has_100_items_where_nobody_says(Operation list)
    {
        await Fill(rows: 101);

        Assert.That((await list.Ask(Shop)).Json.GetProperty("count").GetInt32(), Is.EqualTo(100));
        Assert.That((await list.Client(Shop).Get($"{list.Path()}?limit=")).Json.GetProperty("count").GetInt32(), Is.EqualTo(100));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L1_A_limit_outside_1_to_1000_is_a_fault(Operation list)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var limit in NoWholeNumbers.Concat(["0", "-1", "1001", "2147483648"]))
            {
                (await list.Client(Shop).Get($"{list.Path()}?limit={limit}")).MustFault("limit", limit);
            }

            foreach (var limit in new[] { "1", "1000", "%31", "1%30" })
            {
                (await list.Client(Shop).Get($"{list.Path()}?limit={limit}")).MustBeDone(list, limit);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L2_What_is_no_place_in_this_list_is_a_fault(Operation list)
    {
        await Fill();
        var places = new List<string>();
        foreach (var each in Operation.Listing)
        {
            places.Add((await each.Client(Shop).Get($"{each.Path()}?limit=5")).Json.GetProperty("next").GetString()!.Split("after=")[1]);
        }

        var own = places[Operation.Listing.ToList().IndexOf(list)];
        string[] odd =
        [
            "1", "abc", "-1", own + "x", own[1..], own[..^1], own.ToUpperInvariant(), own + "%3D", own + "%20", "%20" + own, own.Replace(own[0], '*'), "%00", "%ff", new('A', 5000),
            Place(0), Place(1), Place(-1), Place(long.MaxValue),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var after in odd.Concat(places.Where(place => place != own)))
            {
                (await list.Client(Shop).Get($"{list.Path()}?after={after}")).MustFault("after", after);
            }

            (await list.Client(Shop).Get($"{list.Path()}?after={own}")).MustBeDone(list);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task C9_A_repeated_parameter_is_a_fault_and_an_unknown_one_is_ignored(Operation list)
    {
        await Fill();
        using (Assert.EnterMultipleScope())
        {
            foreach (var repeated in new[] { "limit=1&limit=1", "limit=1&limit=2", "limit=&limit=2", "limit=2&limit=", "limit=&limit=", "limit=2&%6cimit=2" })
            {
                (await list.Client(Shop).Get($"{list.Path()}?{repeated}")).MustFault("limit", repeated);
            }

            (await list.Client(Shop).Get($"{list.Path()}?limit=0&after=x&after=x")).MustFault(["limit", "after"]);
            foreach (var unknown in new[] { "unknown=1", "Limit=0", "LIMIT=x", "limit[]=0", "=", "&&", "%00=%00", "unknown=%zz", "unknown=%ff&unknown=2", "?" })
            {
                var answer = await list.Client(Shop).Get($"{list.Path()}?{unknown}&limit=2");

                answer.MustBeDone(list, unknown);
                Assert.That(answer.Json.GetProperty("next").GetString(), Does.StartWith($"{list.Path()}?limit=2&after="), unknown);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task L3_What_comes_and_goes_between_pages_moves_no_other_row(Operation list)
    {
        await Fill();
        var ids = new List<long>();
        var path = await Page(list, $"{list.Path()}?limit=10", 10, ids);

        // One that was shown and one that was not yet are gone, and new ones have come.
        await Database.Run(
            """
            delete from orders.orders where id in (5, 20);
            delete from users.users where id in (5, 20);
            delete from products.products where id in (5, 20);
            """);
        await Fill(rows: 5);
        for (; path is not null; path = await Page(list, path, 10, ids))
        {
        }

        Assert.That(ids, Is.Unique);
        Assert.That(ids, Is.SupersetOf(Enumerable.Range(1, Rows).Where(id => id is not (5 or 20)).Select(id => (long)id)));
    }

    [Test]
    public async Task L3_Paging_through_all_orders_while_many_are_placed_neither_skips_nor_repeats()
    {
        var shop = await Sandbox.Shop(Layout, orderHosts: 3);
        await Fill(rows: 300);
        var product = await Product(stock: 1_000_000);
        using var enough = new CancellationTokenSource();
        var buyers = Enumerable.Range(0, 24).Select(i => Buy(shop.EveryOrders[i % 3], product, enough.Token)).ToArray();
        try
        {
            await Wait.Until(async () => await Database.Ordered(product) > 100, "orders to come in");
            var before = await Ids();
            var ids = new List<long>();
            string? path = "/orders?limit=17";
            for (; path is not null; path = await Page(Operation.Listing.Single(list => list.Kind == "orders"), path, 17, ids))
            {
                await Wait.Until(async () => (await Ids()).Count > before.Count, "orders to be placed meanwhile");
            }

            Assert.That(ids, Is.Unique.And.Ordered.Descending);
            Assert.That(ids, Is.SupersetOf(before));
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(buyers);
        }
    }

    static async Task Buy(HttpClient orders, int product, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            Assert.That((int)(await orders.Order(user: 1, product, cancelled: CancellationToken.None)).Status, Is.EqualTo(201));
        }
    }

    async Task<HashSet<long>> Ids()
    {
        var ids = await Database.Value<long[]>("select array_agg(id) from orders.orders");
        return [.. ids!];
    }

    /// <summary>A made-up place, of as many letters as one of the service.</summary>
    static string Place(long id)
    {
        var place = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(place, id);
        return Base64Url.EncodeToString(place);
    }

    /// <summary>Puts rows into every table: a user, a product and an order each.</summary>
    Task Fill(int rows = Rows) => Database.Run(
        $"""
        with "user" as (
            insert into users.users (username, email)
            select 'user_' || n || '_' || token, n || '_' || token || '@example.com'
            from generate_series(1, {rows}) as n, substr(md5(random()::text), 1, 8) as token
            returning id, username
        ),
        product as (
            insert into products.products (name, price, stock)
            select 'Thing', 1, 1
            from generate_series(1, {rows})
            returning id, name
        )
        insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price)
        select "user".id, username, product.id, name, 1, 1, 1
        from (select id, username, row_number() over (order by id) as place from "user") as "user"
        join (select id, name, row_number() over (order by id) as place from product) as product using (place)
        order by place
        """);

    /// <summary>Reads a page, adds what it shows to <paramref name="ids"/>, and says where the next one is.</summary>
    async Task<string?> Page(Operation list, string path, int limit, List<long> ids)
    {
        var answer = await list.Client(Shop).Get(path);
        answer.MustBeDone(list, path);
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "count", $"{list.Kind}", "next" }));
        var items = answer.Json.GetProperty($"{list.Kind}").EnumerateArray().Select(item => item.GetProperty("id").GetInt64()).ToArray();
        var next = answer.Json.GetProperty("next").GetString();
        Assert.That(answer.Json.GetProperty("count").GetInt32(), Is.EqualTo(items.Length));
        Assert.That(items, Has.Length.LessThanOrEqualTo(limit));
        Assert.That(next is null || items.Length == limit, Is.True, "only the last page is not full");
        Assert.That(
            answer.Headers.TryGetValues("Link", out var links) ? links : [],
            Is.EqualTo(next is null ? Array.Empty<string>() : [$"<{next}>; rel=\"next\""]));
        ids.AddRange(items);
        return next;
    }
}
