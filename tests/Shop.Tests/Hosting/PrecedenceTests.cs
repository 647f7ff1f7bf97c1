using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Where two faults meet, one is answered: each test pairs neighbours of the row in rule C7.</summary>
public sealed class PrecedenceTests(Layout layout) : ShopTests(layout)
{
    const string Json = "Content-Type: application/json";
    const string Plain = "Content-Type: text/plain";

    static readonly string TooLarge = new(' ', 65_537);

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_Unknown_path_before_everything(Operation operation)
    {
        foreach (var method in new[] { "BREW", "POST", "PUT" })
        {
            (await Send(operation, $"{method} {operation.Path()}/1/2", Plain, TooLarge)).MustBe("not_found", method);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_Wrong_method_before_media_type_and_size(Operation operation) =>
        (await Send(operation, $"PATCH {operation.Path()}", Plain, TooLarge)).MustBe("method_not_allowed");

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_Media_type_before_size(Operation operation) =>
        (await Send(operation, $"{operation.Method} {operation.Path()}", Plain, TooLarge)).MustBe("unsupported_media_type");

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_Media_type_before_a_bad_body(Operation operation)
    {
        foreach (var bad in new[] { "", "{", "{}" })
        {
            (await Send(operation, $"{operation.Method} {operation.Path()}", Plain, bad)).MustBe("unsupported_media_type", bad);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_Size_before_a_bad_body(Operation operation)
    {
        foreach (var bad in new[] { "", "{", "{}" })
        {
            (await Send(operation, $"{operation.Method} {operation.Path()}", Json, bad + TooLarge)).MustBe("payload_too_large", bad);
        }
    }

    [Test]
    public async Task C7_Size_before_a_bad_header()
    {
        var answer = await Shop.Orders.Post("/orders", TooLarge, ("Idempotency-Key", "two words"));

        answer.MustBe("payload_too_large");
    }

    [Test]
    public async Task C7_A_bad_body_or_header_before_an_unknown_item()
    {
        var nobody = Body(user: 4711, product: 4711);

        (await Shop.Orders.Post("/orders", nobody + "x")).MustBe("malformed_json");
        (await Shop.Orders.Post("/orders", Body(user: 4711, product: 4711, quantity: 0))).MustFault("quantity");
        (await Shop.Orders.Post("/orders", nobody, ("Idempotency-Key", "two words"))).MustFault("Idempotency-Key");
    }

    [Test]
    public async Task C7_A_bad_body_before_an_item_that_is_not_there()
    {
        foreach (var operation in Operation.ById.Intersect(Operation.WithBody))
        {
            foreach (var id in new[] { "4711", "abc" })
            {
                (await Send(operation, $"{operation.Method} {operation.Path(id)}", Json, "{")).MustBe("malformed_json", id);
                (await Send(operation, $"{operation.Method} {operation.Path(id)}", Json, "{}")).MustBe("validation_failed", id);
            }
        }
    }

    [Test]
    public async Task C7_A_bad_body_before_a_reused_key()
    {
        await PlaceWithKey();

        (await PostWithKey("{")).MustBe("malformed_json");
        (await PostWithKey(Body(quantity: 0))).MustFault("quantity");
    }

    [Test]
    public async Task C7_A_reused_key_before_an_unknown_user_or_product()
    {
        await PlaceWithKey();

        (await PostWithKey(Body(user: 4711))).MustBe("idempotency_key_reused");
        (await PostWithKey(Body(product: 4711))).MustBe("idempotency_key_reused");
    }

    [Test]
    public async Task C7_A_reused_key_before_missing_stock()
    {
        await PlaceWithKey();

        (await PostWithKey(Body(quantity: 1_000_000))).MustBe("idempotency_key_reused");
    }

    [Test]
    public async Task C7_An_unknown_user_before_missing_stock()
    {
        var product = await Product(stock: 0);

        (await Shop.Orders.Order(user: 4711, product)).MustBe("user_not_found");
    }

    [Test]
    public async Task C7_A_bad_body_before_a_name_that_is_taken()
    {
        await User("ann");

        (await Shop.Users.Post("/users", """{"username": "ann", "email": "nowhere"}""")).MustFault("email");
    }

    Task<Answer> Send(Operation operation, string request, string header, string body) =>
        operation.Client(Shop).Raw(request, [header], Encoding.ASCII.GetBytes(body));

    /// <summary>The user 1 orders 1 of the product 1 with a key, and takes the last that is there.</summary>
    async Task PlaceWithKey()
    {
        await User();
        await Product(stock: 1);
        Assert.That((int)(await PostWithKey(Body())).Status, Is.EqualTo(201));
    }

    Task<Answer> PostWithKey(string body) => Shop.Orders.Post("/orders", body, ("Idempotency-Key", "key"));

    static string Body(int user = 1, int product = 1, int quantity = 1) =>
        $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": {{quantity}}}""";
}
