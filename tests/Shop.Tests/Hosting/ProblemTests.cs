using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Errors as documents: each code that a client can bring about, and how it is written.</summary>
public sealed class ProblemTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Common = ["type", "title", "status", "detail", "code", "error", "trace_id"];

    /// <summary>Where RFC 9110 defines each status.</summary>
    static readonly Dictionary<int, string> Sections = new()
    {
        [400] = "15.5.1",
        [404] = "15.5.5",
        [405] = "15.5.6",
        [409] = "15.5.10",
        [413] = "15.5.14",
        [415] = "15.5.16",
        [422] = "15.5.21",
        [503] = "15.6.4",
    };

    /// <summary>A way to each code, and the members that it adds. That of a database that is away is <see cref="DatabaseAwayTests"/>' matter.</summary>
    (string Code, string[] Adds, Func<Task<Answer>> Provoke)[] Provocations =>
    [
        ("malformed_json", [], () => Shop.Products.Post("/products", "{")),
        ("validation_failed", ["errors"], () => Shop.Products.Post("/products", "{}")),
        ("product_not_found", [], () => Shop.Products.Get("/products/4711")),
        ("order_not_found", [], () => Shop.Orders.Get("/orders/4711")),
        ("user_not_found", [], () => Shop.Users.Get("/users/4711")),
        ("product_not_found", [], () => Shop.Orders.Order(user: 1, product: 4711)),
        ("user_not_found", [], () => Shop.Orders.Order(user: 4711, product: 1)),
        ("insufficient_stock", ["available"], () => Shop.Orders.Order(user: 1, product: 1, quantity: 1_000_000)),
        ("duplicate_user", ["field"], () => Shop.Users.Post("/users", """{"username": "furnished", "email": "other@example.com"}""")),
        ("idempotency_key_reused", [], async () =>
        {
            await Shop.Orders.Order(user: 1, product: 1, quantity: 1, key: "key");
            return await Shop.Orders.Order(user: 1, product: 1, quantity: 2, key: "key");
        }),
        ("illegal_transition", ["allowed"], () => Shop.Orders.PutStatus(1, "completed")),
        ("stock_overflow", [], async () =>
        {
            await Database.Run("update products.products set stock = 2147483647 where id = 1");
            return await Shop.Orders.PutStatus(1, "cancelled");
        }),
        ("not_found", [], () => Shop.Products.Get("/nothing")),
        ("method_not_allowed", [], () => Shop.Products.Send(HttpMethod.Patch, "/products")),
        ("payload_too_large", [], () => Shop.Products.Post("/products", new string(' ', 65_537))),
        ("unsupported_media_type", [], () => Shop.Products.Raw("POST /products", [], "{}"u8)),
        ("overloaded", [], OrderWhileTheProductIsLocked),
    ];

    [Test]
    public async Task E1_E2_E4_Every_code_has_its_status_and_its_form()
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (code, adds, provoke) in Provocations)
            {
                var answer = await provoke();

                answer.MustBe(code);
                Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EquivalentTo(Common.Concat(adds)), code);
                Assert.That(
                    answer.Json.GetProperty("type").GetString(),
                    Is.EqualTo($"https://tools.ietf.org/html/rfc9110#section-{Sections[(int)answer.Status]}"),
                    code);
            }
        }
    }

    [Test]
    public async Task E2_What_holds_for_every_error_of_a_code_tells_nothing_of_this_one()
    {
        var first = await Shop.Products.Get("/products/4711");
        var second = await Shop.Products.Get("/products/4712");

        Assert.That(second.Json.GetProperty("title").GetString(), Is.EqualTo(first.Json.GetProperty("title").GetString()));
        Assert.That(second.Json.GetProperty("detail").GetString(), Is.Not.EqualTo(first.Json.GetProperty("detail").GetString()));
    }

    [Test]
    public async Task E4_Insufficient_stock_says_what_is_available()
    {
        var (user, product) = (await User(), await Product(stock: 3));

        var answer = await Shop.Orders.Order(user, product, quantity: 4);

        answer.MustBe("insufficient_stock");
        Assert.That(answer.Json.GetProperty("available").GetRawText(), Is.EqualTo("3"));
        Assert.That(answer.Json.GetProperty("error").GetString(), Does.Contain("3"));
    }

    [Test]
    public async Task E3_The_errors_are_sentences_in_lists()
    {
        var answer = await Shop.Products.Post("/products", """{"name": "", "price": -1, "stock": -1}""");

        answer.MustFault(["name", "price", "stock"]);
        Assert.That(
            answer.Json.GetProperty("errors").EnumerateObject().SelectMany(member => member.Value.EnumerateArray()).Select(message => message.GetString()),
            Is.All.Match(@"^[A-Z].*\.$"));
    }

    async Task<Answer> OrderWhileTheProductIsLocked()
    {
        await using var held = await HeldRow.Product(Database, 1);
        return await Shop.Orders.Order(user: 1, product: 1);
    }
}
