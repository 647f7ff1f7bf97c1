using System.Text.Json;
using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.Hosting;

/// <summary>What holds for every list.</summary>
public sealed class PagingTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] BadLimits = ["0", "-1", "1001", "1.5", "abc", "+5", "0x10", "05", "true", "1&limit=1", "%00", "99999999999999999999"];

    static readonly string[] BadCursors =
        ["1", "abc", "AAAAAAAAAAAAAAAA", "%00", "%ff", "..", "AAAAAAAAAAEAAAA=", "null", new string('A', 5000), "AAAAAAAAAAE%20AAAA", "%C3%A9"];

    static readonly string[] Lists = ["products", "orders", "users"];

    [Test]
    public async Task L1_L2_A_list_that_is_empty_says_so([ValueSource(nameof(Lists))] string list)
    {
        var answer = await Get($"/{list}");

        Assert.That(answer.Text, Is.EqualTo($$"""{"count":0,"{{list}}":[],"next":null}"""));
        Assert.That(answer.Headers.Contains("Link"), Is.False);
    }

    [Test]
    public async Task L2_Each_next_leads_on_and_the_header_says_the_same([ValueSource(nameof(Lists))] string list)
    {
        await Fill(7);

        var pages = await Pages($"/{list}?limit=3");

        Assert.That(pages.Select(page => page.Json.GetProperty("count").GetInt32()), Is.EqualTo(new[] { 3, 3, 1 }));
        var ids = pages.SelectMany(page => Ids(page, list));
        Assert.That(ids, Is.EqualTo(list == "orders" ? [7, 6, 5, 4, 3, 2, 1] : new[] { 1, 2, 3, 4, 5, 6, 7 }));
        foreach (var page in pages)
        {
            var link = page.Headers.TryGetValues("Link", out var values) ? values.Single() : null;
            Assert.That(link, Is.EqualTo(Next(page) is { } next ? $"<{next}>; rel=\"next\"" : null));
        }
    }

    [Test]
    public async Task L2_A_page_that_ends_with_the_last_row_has_no_next([ValueSource(nameof(Lists))] string list)
    {
        await Fill(4);

        Assert.That(Next(await Get($"/{list}?limit=4")), Is.Null);
        Assert.That(await Pages($"/{list}?limit=2"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task L1_A_page_has_a_hundred_items_where_nothing_is_said([ValueSource(nameof(Lists))] string list)
    {
        await Fill(101);

        foreach (var path in new[] { $"/{list}", $"/{list}?limit=", $"/{list}?limit=1e2", $"/{list}?limit=100.0" })
        {
            Assert.That((await Get(path)).Json.GetProperty("count").GetInt32(), Is.EqualTo(100), path);
        }

        Assert.That((await Get($"/{list}?limit=1000")).Json.GetProperty("count").GetInt32(), Is.EqualTo(101));
    }

    [Test]
    public async Task L1_C9_A_limit_that_is_none_is_refused([ValueSource(nameof(Lists))] string list)
    {
        foreach (var limit in BadLimits)
        {
            (await Get($"/{list}?limit={limit}")).MustFault("limit", limit);
        }
    }

    [Test]
    public async Task L2_An_after_that_was_made_up_is_refused([ValueSource(nameof(Lists))] string list)
    {
        foreach (var after in BadCursors)
        {
            (await Get($"/{list}?after={after}")).MustFault("after", after);
        }
    }

    [Test]
    public async Task L2_An_after_that_was_changed_or_is_of_another_list_is_refused([ValueSource(nameof(Lists))] string list)
    {
        await Fill(2);
        foreach (var other in Lists.Where(other => other != list))
        {
            (await Get($"/{list}?after={After(await Get($"/{other}?limit=1"))}")).MustFault("after", other);
        }

        var after = After(await Get($"/{list}?limit=1"));
        for (var i = 0; i < after.Length; i++)
        {
            var changed = $"{after[..i]}{(after[i] == 'A' ? 'B' : 'A')}{after[(i + 1)..]}";
            (await Get($"/{list}?after={changed}")).MustFault("after", changed);
        }

        (await Get($"/{list}?after={after}&after={after}")).MustFault("after");
    }

    [Test]
    public async Task E3_All_faults_of_a_query_are_named_at_once()
    {
        (await Get("/products?q=%00&in_stock=yes&min_price=-1&max_price=1.001&limit=0&after=x"))
            .MustFault(["q", "in_stock", "min_price", "max_price", "limit", "after"]);
        (await Get("/orders?user_id=0&product_id=99999999999&status=banana&limit=0&after=x"))
            .MustFault(["user_id", "product_id", "status", "limit", "after"]);
        (await Get("/users?q=%ED%A0%80&limit=0&after=x")).MustFault(["q", "limit", "after"]);
    }

    [Test]
    public async Task C9_An_unknown_parameter_is_ignored_and_not_carried_on([ValueSource(nameof(Lists))] string list)
    {
        await Fill(2);

        Assert.That(Next(await Get($"/{list}?limit=1&Limit=0&foo=bar&%FF=%FF")), Does.Match($@"^/{list}\?limit=1&after=[A-Za-z0-9_-]{{16}}$"));
    }

    [Test]
    public async Task L3_Rows_that_come_and_go_neither_hide_nor_repeat_those_that_stay([ValueSource(nameof(Lists))] string list)
    {
        await Fill(20);
        var seen = new List<long>();
        for (var path = $"/{list}?limit=3"; path is not null;)
        {
            var page = await Get(path);
            seen.AddRange(Ids(page, list));
            path = Next(page);
            await Sql.Run($"delete from orders.orders where '{list}' <> 'orders'; delete from {list}.{list} where id = {seen[^1]}");
            await Fill(1);
            Assert.That(seen, Has.Count.LessThan(200));
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen, Is.SupersetOf(Enumerable.Range(1, 20)));
    }

    static Task Fill(int count) => Sql.Run(
        $"""
        insert into users.users (username, email)
        select 'user_' || gen_random_uuid(), gen_random_uuid() || '@example.com' from generate_series(1, {count});
        insert into products.products (name, price, stock)
        select 'Thing', 1, 1 from generate_series(1, {count});
        insert into orders.orders (user_id, username, product_id, product_name, quantity, unit_price, total_price)
        select (select max(id) from users.users), 'u', (select max(id) from products.products), 'p', 1, 1, 1 from generate_series(1, {count})
        """);

    async Task<List<Answer>> Pages(string path)
    {
        var pages = new List<Answer>();
        for (var next = (string?)path; next is not null; next = Next(pages[^1]))
        {
            pages.Add(await Get(next));
        }

        return pages;
    }

    async Task<Answer> Get(string path) =>
        await (path[1] switch { 'p' => Shop.Products, 'o' => Shop.Orders, _ => Shop.Users }).Get(path);

    static IEnumerable<long> Ids(Answer page, string list) =>
        page.Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty("id").GetInt64());

    static string? Next(Answer page) =>
        page.Json.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;

    static string After(Answer page) => Next(page)!.Split("after=")[1];
}
