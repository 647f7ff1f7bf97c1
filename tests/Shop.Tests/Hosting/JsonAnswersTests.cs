using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>How answers are written, whichever module gives them.</summary>
public sealed class JsonAnswersTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Times = ["created_at", "updated_at", "timestamp"];

    [Test]
    public async Task C1_Every_answer_is_JSON_with_members_in_snake_case()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (to, answer) in await AnswersOfEveryKind())
            {
                Assert.That(answer.ContentHeaders.ContentType?.MediaType, Is.AnyOf("application/json", "application/problem+json"), to);
                Assert.That(answer.ContentHeaders.ContentType?.CharSet, Is.Null.Or.EqualTo("utf-8"), to);
                Assert.That(Members(answer.Json).Select(member => member.Name), Is.All.Match("^[a-z]+(_[a-z]+)*$"), to);
            }
        }
    }

    [Test]
    public async Task C1_Every_time_is_in_UTC_with_three_digits_of_a_second()
    {
        var before = Milliseconds(DateTime.UtcNow);
        var answers = await AnswersOfEveryKind();
        var after = DateTime.UtcNow;
        var times = answers.SelectMany(answer => Members(answer.Answer.Json)).Where(member => Times.Contains(member.Name)).ToArray();
        Assert.That(times.Select(member => member.Name).Distinct(), Is.EquivalentTo(Times));
        foreach (var (name, value) in times)
        {
            Assert.That(value.GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), name);
            Assert.That(
                DateTime.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal), Is.InRange(before, after), name);
        }
    }

    [Test]
    public async Task C1_Every_id_is_a_positive_integer()
    {
        var ids = (await AnswersOfEveryKind())
            .Where(answer => answer.Answer.Code is null)
            .SelectMany(answer => Members(answer.Answer.Json))
            .Where(member => member.Name is "id" or "user_id" or "product_id")
            .Select(member => member.Value.GetRawText());

        Assert.That(ids, Is.Not.Empty.And.All.Match("^[1-9][0-9]*$"));
    }

    [TestCase("0", "0.00")]
    [TestCase("0.5", "0.50")]
    [TestCase("999.99", "999.99")]
    [TestCase("1000", "1000.00")]
    [TestCase("99999999.99", "99999999.99")]
    public async Task C1_Money_has_two_decimals_in_every_answer(string price, string written)
    {
        var created = await Shop.Products.Post("/products", $$"""{"name": "Lamp", "price": {{price}}, "stock": 1}""");
        var placed = await Shop.Orders.Order(await User(), product: 1);

        Assert.That(created.Json.GetProperty("product").GetProperty("price").GetRawText(), Is.EqualTo(written));
        var product = (await Shop.Products.Get("/products/1")).Json.GetProperty("product");
        Assert.That(product.GetProperty("price").GetRawText(), Is.EqualTo(written));
        foreach (var order in new[] { placed, await Shop.Orders.Get("/orders/1") }.Select(answer => answer.Json.GetProperty("order")))
        {
            Assert.That(order.GetProperty("unit_price").GetRawText(), Is.EqualTo(written));
            Assert.That(order.GetProperty("total_price").GetRawText(), Is.EqualTo(written));
        }
    }

    [Test]
    public async Task C1_The_id_of_an_order_may_be_larger_than_those_of_products()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        await Database.Run("select setval('orders.orders_id_seq', 9007199254740990)");

        var placed = await Shop.Orders.Order(user, product);

        Assert.That(placed.Json.GetProperty("order").GetProperty("id").GetRawText(), Is.EqualTo("9007199254740991"));
        Assert.That(placed.Headers.Location!.OriginalString, Is.EqualTo("/orders/9007199254740991"));
        Assert.That((int)(await Shop.Orders.Get("/orders/9007199254740991")).Status, Is.EqualTo(200));
    }

    /// <summary>A success of every operation, a health report, and a problem with members of its own.</summary>
    async Task<List<(string To, Answer Answer)>> AnswersOfEveryKind()
    {
        await Furnish();
        var answers = new List<(string, Answer)>();
        foreach (var operation in Operation.Every)
        {
            var answer = await operation.Ask(Shop);
            answer.MustBeDone(operation);
            answers.Add((operation.ToString(), answer));
        }

        answers.Add(("GET /health", await Shop.Orders.Get("/health")));
        answers.Add(("POST /orders", await Shop.Orders.Post("/orders", "{}")));
        return answers;
    }

    /// <summary>Every member at any depth.</summary>
    static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Members(member.Value).Prepend((member.Name, member.Value))),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Members),
        _ => [],
    };

    static DateTime Milliseconds(DateTime time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, time.Kind);
}
