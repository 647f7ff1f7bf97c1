using System.Net;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Entity tags and the preconditions that a request names them in, on every kind of item (RFC 9110, sections 8.8.3 and 13).</summary>
public sealed class VersionTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Headers that are no list of entity tags.</summary>
    static readonly string[] NoTags =
        ["", " ", "1", "'1'", "\"1", "1\"", "\"1\" \"2\"", "\"1\"; \"2\"", "W/1", "*, \"1\"", "\"1\", *", "**", "\"a\"b\"", "nonsense"];

    static IEnumerable<Operation> Reading => Operation.Reading.Intersect(Operation.ById);

    static IEnumerable<Operation> Deleting => Operation.Every.Where(operation => operation.Method == HttpMethod.Delete);

    /// <summary>Those that change an item that is there, a step in an order's life among them.</summary>
    static IEnumerable<Operation> Changing => Operation.ById.Where(operation => operation.Method == HttpMethod.Put);

    [TestCaseSource(nameof(Reading))]
    public async Task V1_An_item_has_a_strong_tag_that_stays_while_nothing_changes(Operation operation)
    {
        await Furnish();

        var (first, second) = (await operation.Ask(Shop), await operation.Ask(Shop));

        Assert.That(first.Headers.ETag?.ToString(), Does.Match("^\"[^\"]+\"$"));
        Assert.That(second.Headers.ETag, Is.EqualTo(first.Headers.ETag));
    }

    [TestCaseSource(nameof(Reading))]
    public async Task V1_A_client_that_has_the_version_is_answered_304_without_a_body(Operation operation)
    {
        await Furnish();
        var tag = await TagOf(operation);
        using (Assert.EnterMultipleScope())
        {
            foreach (var ifNoneMatch in new[] { tag, $"W/{tag}", "*", $"\"other\", {tag}", $"{tag},\"other\"", $" {tag} ", $"\"a,b\", W/{tag}" })
            {
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
                {
                    var answer = await Send(operation, method, ("If-None-Match", ifNoneMatch));

                    Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NotModified), ifNoneMatch);
                    Assert.That(answer.Headers.ETag?.ToString(), Is.EqualTo(tag), ifNoneMatch);
                    Assert.That(answer.Text, Is.Empty);
                    Assert.That(answer.ContentHeaders.ContentType, Is.Null);
                }
            }
        }
    }

    [TestCaseSource(nameof(Reading))]
    public async Task V1_A_client_that_has_another_version_or_says_nothing_that_makes_sense_is_answered_whole(Operation operation)
    {
        await Furnish();
        var tag = await TagOf(operation);
        using (Assert.EnterMultipleScope())
        {
            foreach (var ifNoneMatch in NoTags.Append("\"other\"").Append("\"0\"").Append("\"\"").Append($"\"0{tag.Trim('"')}\"").Append("\"4711\", W/\"4712\""))
            {
                var answer = await Send(operation, HttpMethod.Get, ("If-None-Match", ifNoneMatch));

                answer.MustBeDone(operation, ifNoneMatch);
            }
        }
    }

    [TestCaseSource(nameof(Reading))]
    public async Task V1_What_is_not_there_is_not_found_whatever_the_client_has(Operation operation)
    {
        var answer = await operation.Client(Shop).Send(HttpMethod.Get, operation.Path("4711"), null, ("If-None-Match", "*"));

        answer.MustBe($"{operation.Kind}_not_found");
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Creating))]
    public async Task V1_What_is_new_comes_with_the_tag_that_reading_it_has(Operation operation)
    {
        await Furnish();

        var created = await operation.Ask(Shop);

        var read = await operation.Client(Shop).Get(created.Headers.Location!.OriginalString);
        Assert.That(created.Headers.ETag, Is.Not.Null.And.EqualTo(read.Headers.ETag));
    }

    [TestCaseSource(nameof(Changing))]
    public async Task V1_A_change_answers_with_a_new_tag_that_reading_has_too(Operation operation)
    {
        await Furnish();
        var before = await TagOf(operation);

        var answer = await Change(operation);

        answer.MustBeDone(operation);
        Assert.That(answer.Headers.ETag?.ToString(), Is.Not.Null.And.Not.EqualTo(before));
        Assert.That(await TagOf(operation), Is.EqualTo(answer.Headers.ETag!.ToString()));
        (await Send(operation, HttpMethod.Get, ("If-None-Match", before))).MustBeDone(Reading.First(), "the client has the version before");
    }

    [Test]
    public async Task V1_An_order_changes_its_products_tag_and_so_does_its_cancelling()
    {
        await Furnish();
        var first = (await Shop.Products.Get("/products/1")).Headers.ETag;
        await Shop.Orders.Order(user: 1, product: 1);
        var second = (await Shop.Products.Get("/products/1")).Headers.ETag;
        await Shop.Orders.PutStatus(2, "cancelled");
        var third = (await Shop.Products.Get("/products/1")).Headers.ETag;

        Assert.That(new[] { first, second, third }, Is.Unique);
    }

    [Test]
    public async Task O9_A_replay_comes_with_the_tag_of_the_order_as_it_is_now()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        await Shop.Orders.Order(user, product, key: "key");
        var shipped = await Shop.Orders.PutStatus(1, "shipped");

        var replayed = await Shop.Orders.Order(user, product, key: "key");

        Assert.That(replayed.Headers.ETag, Is.Not.Null.And.EqualTo(shipped.Headers.ETag));
    }

    [Test]
    public async Task O15_The_state_an_order_is_in_already_leaves_its_tag()
    {
        await Furnish();
        var before = (await Shop.Orders.Get("/orders/1")).Headers.ETag;

        var answer = await Shop.Orders.PutStatus(1, "pending");

        Assert.That(answer.Headers.ETag, Is.Not.Null.And.EqualTo(before));
        Assert.That((await Shop.Orders.Get("/orders/1")).Headers.ETag, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Changing))]
    [TestCaseSource(nameof(Deleting))]
    public async Task V2_It_is_done_to_the_version_that_is_named(Operation operation)
    {
        foreach (var listed in new Func<string, string>[] { tag => tag, tag => $"\"other\", {tag}", tag => $"{tag} , W/\"9\"", _ => "*" })
        {
            await Database.Empty();
            await Furnish();
            var ifMatch = listed(await TagOf(operation));

            (await Change(operation, ("If-Match", ifMatch))).MustBeDone(operation, ifMatch);
        }
    }

    [TestCaseSource(nameof(Changing))]
    [TestCaseSource(nameof(Deleting))]
    public async Task V2_Any_other_version_is_refused_and_nothing_is_changed(Operation operation)
    {
        await Furnish();
        var before = await Send(operation, HttpMethod.Get);
        var tag = before.Headers.ETag!.ToString();
        (string, string)[] conditions =
        [
            .. NoTags.Select(ifMatch => ("If-Match", ifMatch)),
            ("If-Match", "\"other\""), ("If-Match", "\"4711\""), ("If-Match", $"W/{tag}"), ("If-Match", $"w/{tag}"), ("If-Match", $"\"0{tag.Trim('"')}\""), ("If-Match", $"\"other\", W/{tag}"),
            ("If-None-Match", "*"), ("If-None-Match", tag), ("If-None-Match", $"W/{tag}"), ("If-None-Match", $"\"other\", {tag}"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var condition in conditions)
            {
                (await Change(operation, condition)).MustBe("version_mismatch", $"{condition}");
            }

            (await Change(operation, ("If-Match", tag), ("If-None-Match", tag))).MustBe("version_mismatch");
        }

        var after = await Send(operation, HttpMethod.Get);
        Assert.That((after.Text, after.Headers.ETag), Is.EqualTo((before.Text, before.Headers.ETag)));
    }

    [TestCaseSource(nameof(Changing))]
    [TestCaseSource(nameof(Deleting))]
    public async Task V2_Without_a_condition_that_fails_it_is_done(Operation operation)
    {
        foreach (var condition in new (string, string)[] { ("If-None-Match", "\"other\""), ("If-None-Match", "nonsense"), ("If-None-Match", "\"1\" \"2\"") })
        {
            await Database.Empty();
            await Furnish();

            (await Change(operation, condition)).MustBeDone(operation, $"{condition}");
        }
    }

    [TestCaseSource(nameof(Changing))]
    public async Task V2_Of_many_changes_of_one_version_at_once_one_is_done(Operation operation)
    {
        await Furnish();
        var tag = await TagOf(operation);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Change(operation, ("If-Match", tag))));

        Assert.That(answers.Count(answer => (int)answer.Status == 200), Is.EqualTo(1));
        foreach (var refused in answers.Where(answer => (int)answer.Status != 200))
        {
            refused.MustBe("version_mismatch");
        }
    }

    [TestCaseSource(nameof(Changing))]
    [TestCaseSource(nameof(Deleting))]
    public async Task C7_An_unknown_item_before_a_version_that_does_not_match(Operation operation)
    {
        foreach (var id in new[] { "4711", "abc" })
        {
            var answer = await operation.Client(Shop).Send(
                operation.Method, operation.Path(id), operation.Members.Length > 0 ? Body(operation) : null, ("If-Match", "nonsense"));

            answer.MustBe($"{operation.Kind}_not_found", id);
        }
    }

    [TestCaseSource(nameof(Changing))]
    public async Task C7_A_bad_body_before_a_version_that_does_not_match(Operation operation)
    {
        await Furnish();

        (await operation.Client(Shop).Send(operation.Method, operation.Path(), "{", ("If-Match", "\"4711\""))).MustBe("malformed_json");
    }

    [Test]
    public async Task C7_A_version_that_does_not_match_before_every_conflict()
    {
        await Furnish();
        (string, string) stale = ("If-Match", "\"4711\"");
        using (Assert.EnterMultipleScope())
        {
            (await Shop.Orders.Send(HttpMethod.Put, "/orders/1/status", """{"status": "completed"}""", stale)).MustBe("version_mismatch");
            (await Shop.Orders.Send(HttpMethod.Put, "/orders/1/status", """{"status": "pending"}""", stale)).MustBe("version_mismatch");
            (await Shop.Users.Send(HttpMethod.Put, "/users/1", """{"username": "unneeded"}""", stale)).MustBe("version_mismatch");
            (await Shop.Users.Send(HttpMethod.Delete, "/users/1", null, stale)).MustBe("version_mismatch");
            (await Shop.Products.Send(HttpMethod.Delete, "/products/1", null, stale)).MustBe("version_mismatch");
        }
    }

    /// <summary>The tag of the item that an operation is about.</summary>
    async Task<string> TagOf(Operation operation) => (await Send(operation, HttpMethod.Get)).Headers.ETag!.ToString();

    Task<Answer> Change(Operation operation, params (string Name, string Value)[] headers) =>
        operation.Client(Shop).Send(operation.Method, operation.Path(), operation.Members.Length > 0 ? Body(operation) : null, headers);

    /// <summary>Reads the item that an operation is about.</summary>
    Task<Answer> Send(Operation operation, HttpMethod method, params (string Name, string Value)[] headers) =>
        operation.Client(Shop).Send(method, operation.Path().Replace("/status", "", StringComparison.Ordinal), null, headers);

    // The body that is accepted again and again leaves an order's state as it is; here it must change.
    static string Body(Operation operation) => operation.Kind == "order" ? """{"status": "shipped"}""" : operation.Body();
}
