using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Order;

/// <summary>Orders with an <c>Idempotency-Key</c>, one after the other.</summary>
public sealed class IdempotencyKeyTests(Layout layout) : ShopTests(layout)
{
    [Test]
    public async Task O9_A_repeated_order_is_answered_with_the_first_and_takes_no_stock_again()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        var first = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        var second = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        Assert.That(first.Headers.Contains("Idempotent-Replayed"), Is.False);
        Assert.That((int)second.Status, Is.EqualTo(201), second.ToString());
        Assert.That(second.Headers.GetValues("Idempotent-Replayed"), Is.EqualTo(new[] { "true" }));
        Assert.That(second.Text, Is.EqualTo(first.Text));
        Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
        Assert.That(await StockOf(product), Is.EqualTo(3));
        Assert.That(await Database.Ordered(product), Is.EqualTo(2));
    }

    [Test]
    public async Task O9_A_repeated_order_is_answered_also_when_nothing_is_left()
    {
        var (user, product) = (await User(), await Product(stock: 2));
        var first = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        var second = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task O9_The_order_is_answered_as_it_is_now()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        var first = await Shop.Orders.Order(user, product, key: "key");
        await Shop.Orders.PutStatus(first.Json.GetProperty("order").GetProperty("id").GetInt64(), "shipped");

        var second = await Shop.Orders.Order(user, product, key: "key");

        Assert.That(second.Json.GetProperty("order").GetProperty("status").GetString(), Is.EqualTo("shipped"));
        var now = await Shop.Orders.Get(first.Headers.Location!.OriginalString);
        Assert.That(second.Json.GetProperty("order").GetRawText(), Is.EqualTo(now.Json.GetProperty("order").GetRawText()));
    }

    [Test]
    public async Task O9_The_same_order_may_be_written_in_another_way()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        var first = await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        var second = await Shop.Orders.Post(
            "/orders", $$"""{"quantity": 2.0, "note": "again", "product_id": {{product}}, "user_id": {{user}}e0}""", ("idempotency-key", "key"));

        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task O9_Without_a_key_each_order_is_placed()
    {
        var (user, product) = (await User(), await Product(stock: 5));

        var (first, second) = (await Shop.Orders.Order(user, product), await Shop.Orders.Order(user, product));

        Assert.That(second.Headers.Location, Is.Not.EqualTo(first.Headers.Location));
        Assert.That(second.Headers.Contains("Idempotent-Replayed"), Is.False);
        Assert.That(await StockOf(product), Is.EqualTo(3));
    }

    [Test]
    public async Task O11_The_same_key_with_another_user_product_or_quantity_is_refused()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        var (otherUser, otherProduct) = (await User(), await Product(stock: 5));
        await Shop.Orders.Order(user, product, quantity: 2, key: "key");

        (await Shop.Orders.Order(otherUser, product, quantity: 2, key: "key")).MustBe("idempotency_key_reused");
        (await Shop.Orders.Order(user, otherProduct, quantity: 2, key: "key")).MustBe("idempotency_key_reused");
        (await Shop.Orders.Order(user, product, quantity: 1, key: "key")).MustBe("idempotency_key_reused");

        Assert.That((await StockOf(product), await StockOf(otherProduct)), Is.EqualTo((3, 5)));
        Assert.That((await Shop.Orders.Order(user, product, quantity: 2, key: "key")).Headers.Contains("Idempotent-Replayed"), Is.True);
    }

    [Test]
    public async Task O12_A_refused_order_does_not_use_its_key_up()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        (await Shop.Orders.Post("/orders", "{", ("Idempotency-Key", "key"))).MustBe("malformed_json");
        (await Shop.Orders.Order(user, product, quantity: 0, key: "key")).MustFault("quantity");
        (await Shop.Orders.Order(user + 1, product, key: "key")).MustBe("user_not_found");
        (await Shop.Orders.Order(user, product + 1, key: "key")).MustBe("product_not_found");
        (await Shop.Orders.Order(user, product, quantity: 6, key: "key")).MustBe("insufficient_stock");

        var placed = await Shop.Orders.Order(user, product, quantity: 5, key: "key");

        Assert.That((int)placed.Status, Is.EqualTo(201), placed.ToString());
        Assert.That(placed.Headers.Contains("Idempotent-Replayed"), Is.False);
    }

    [Test]
    public async Task O13_Keys_are_case_sensitive()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        foreach (var key in new[] { "key", "KEY", "Key" })
        {
            var answer = await Shop.Orders.Order(user, product, key: key);

            Assert.That(((int)answer.Status, answer.Headers.Contains("Idempotent-Replayed")), Is.EqualTo((201, false)), key);
        }

        Assert.That(await StockOf(product), Is.EqualTo(2));
    }

    [Test]
    public async Task O13_Keys_are_shared_by_all_clients()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        var first = await Shop.Orders.Order(user, product, key: "key");
        using var other = new HttpClient { BaseAddress = Shop.Orders.BaseAddress };

        var second = await other.Order(user, product, key: "key");

        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task O9_A_key_is_of_1_to_255_visible_ASCII_characters()
    {
        var (user, product) = (await User(), await Product(stock: 100));
        var visible = string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code));
        foreach (var key in new[] { "k", "0", visible, new('k', 254), new('k', 255) })
        {
            Assert.That((int)(await Shop.Orders.Order(user, product, key: key)).Status, Is.EqualTo(201), key);
            Assert.That((await Shop.Orders.Order(user, product, key: key)).Headers.Contains("Idempotent-Replayed"), Is.True, key);
        }
    }

    [Test]
    public async Task O13_A_key_that_is_empty_has_blanks_or_is_too_long_is_a_fault()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        string[][] headers =
        [
            ["Idempotency-Key:"], ["Idempotency-Key:   "], ["Idempotency-Key: two words"], ["Idempotency-Key: tab\tbed"], [$"Idempotency-Key: {new string('k', 256)}"],
            ["Idempotency-Key: \u007f"], ["Idempotency-Key: a\u0001b"], ["Idempotency-Key: \u00c3\u00a9"], ["Idempotency-Key: \u00e9"], ["Idempotency-Key: \u00ff\u00fe"], ["Idempotency-Key: a", "Idempotency-Key: a"], ["Idempotency-Key: a, b"],
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var lines in headers)
            {
                var answer = await Shop.Orders.Raw(
                    "POST /orders",
                    [.. lines, "Content-Type: application/json"],
                    Encoding.ASCII.GetBytes($$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": 1}"""));

                answer.MustFault("Idempotency-Key", string.Join("; ", lines));
            }
        }

        Assert.That(await StockOf(product), Is.EqualTo(5));
    }
}
