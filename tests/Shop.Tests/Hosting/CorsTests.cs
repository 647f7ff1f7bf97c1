using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Pages of other origins, as a browser asks for them (Fetch standard, CORS protocol).</summary>
public sealed class CorsTests(Layout layout) : ShopTests(layout)
{
    static readonly (string, string) Origin = ("Origin", "https://shop.example.com");

    static readonly string[] Sent = ["content-type", "if-match", "if-none-match", "idempotency-key", "traceparent"];

    static readonly string[] Seen = ["etag", "link", "location", "x-trace-id", "idempotent-replayed", "retry-after"];

    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public async Task C14_Any_origin_may_ask_for_every_operation(Operation operation)
    {
        await Furnish();

        var preflight = await operation.Client(Shop).Send(
            HttpMethod.Options,
            operation.Path(),
            null,
            Origin,
            ("Access-Control-Request-Method", operation.Method.Method),
            ("Access-Control-Request-Headers", string.Join(',', Sent)));
        var answer = await operation.Client(Shop).Send(
            operation.Method, operation.Path(), operation.Members.Length > 0 ? operation.Body() : null, Origin);

        Assert.That((int)preflight.Status, Is.EqualTo(204), preflight.ToString());
        Assert.That(Values(preflight, "Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }));
        Assert.That(Values(preflight, "Access-Control-Allow-Methods"), Does.Contain(operation.Method.Method.ToLowerInvariant()));
        Assert.That(Values(preflight, "Access-Control-Allow-Headers"), Is.EquivalentTo(Sent));
        Assert.That(preflight.TraceId, Is.Not.Null);
        answer.MustBeDone(operation);
        MayBeSeen(answer);
    }

    [Test]
    public async Task C14_A_page_may_see_every_answer_also_refusals()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var client in Clients)
            {
                foreach (var path in new[] { "/nothing", "/health", "/metrics" })
                {
                    MayBeSeen(await client.Send(HttpMethod.Get, path, null, Origin));
                    MayBeSeen(await client.Send(HttpMethod.Delete, path, null, Origin));
                }
            }

            await using var sabotage = await Sabotage.Inserts(Database, "products.products", "no");
            var broken = await Shop.Products.Post("/products", """{"name": "Lamp", "price": 1, "stock": 1}""", Origin);
            broken.MustBe("internal_error");
            MayBeSeen(broken);
        }
    }

    [Test]
    public async Task C14_Who_is_no_page_of_another_origin_sees_nothing_of_it()
    {
        var answer = await Shop.Products.Get("/health");

        Assert.That(answer.Headers.Select(header => header.Key), Has.None.StartWith("Access-Control"));
    }

    [Test]
    public async Task C14_The_origins_are_set_by_configuration()
    {
        await using var shop = await Sandbox.StartShop(Layout, settings: ("CORS_ORIGINS", "https://a.example.com, http://localhost:8080"));
        foreach (var (origin, allowed) in new[]
        {
            ("https://a.example.com", true), ("http://localhost:8080", true),
            ("http://a.example.com", false), ("https://b.example.com", false), ("http://localhost:8081", false), ("null", false),
        })
        {
            var answer = await shop.Orders.Send(HttpMethod.Get, "/health", null, ("Origin", origin));

            Assert.That(Values(answer, "Access-Control-Allow-Origin"), Is.EqualTo(allowed ? new[] { origin } : []), origin);
            Assert.That(answer.Headers.Vary, allowed ? Does.Contain("Origin") : Is.Not.Null, "a cache must not give it to another origin");
        }
    }

    static void MayBeSeen(Answer answer)
    {
        Assert.That(Values(answer, "Access-Control-Allow-Origin"), Is.EqualTo(new[] { "*" }), answer.ToString());
        Assert.That(Values(answer, "Access-Control-Expose-Headers"), Is.EquivalentTo(Seen), answer.ToString());
    }

    static string[] Values(Answer answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
            ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).Select(value => value.ToLowerInvariant())]
            : [];
}
