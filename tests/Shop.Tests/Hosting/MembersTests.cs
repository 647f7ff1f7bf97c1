using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Which members of a body count.</summary>
public sealed class MembersTests(Layout layout) : ShopTests(layout)
{
    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C2_An_unknown_member_is_ignored_whatever_it_holds(Operation operation)
    {
        await Furnish();
        string[] values = ["1", "\"x\"", "true", "null", "[1, [2]]", "{\"price\": {\"name\": []}}", "\"\\u0000\"", "\"\\ud800\"", "1e999999"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var name in new[] { "unknown", "", "$id", "$type", "__proto__", "\\u0000", "nämé" })
            {
                foreach (var value in values)
                {
                    (await operation.Ask(Shop, operation.Body((name, value)))).MustBeDone(operation, $"{name}: {value}");
                }
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C2_A_member_that_only_answers_have_is_ignored(Operation operation)
    {
        await Furnish();
        (string Name, string? Json)[] members =
        [
            ("id", "4711"), ("version", "4711"), ("unit_price", "4711"), ("created_at", "\"2001-01-01T00:00:00.000Z\""), ("status", "\"completed\""),
        ];

        var answer = await operation.Ask(
            Shop, operation.Body([.. members.ExceptBy(operation.Members.Select(member => member.Name), member => member.Name)]));

        answer.MustBeDone(operation);
        Assert.That(answer.Text, Does.Not.Contain("4711").And.Not.Contain("2001-01-01").And.Not.Contain("completed"));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithWholeBody))]
    public async Task C2_A_member_whose_name_is_in_another_case_is_unknown(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members)
            {
                var pascal = string.Concat(member.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
                string[] others = [pascal, char.ToLowerInvariant(pascal[0]) + pascal[1..], member.Name.ToUpperInvariant()];
                foreach (var other in others.Where(other => other != member.Name))
                {
                    (await operation.Ask(Shop, operation.Body((member.Name, null), (other, member.Valid)))).MustFault(member.Name, other);
                }
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C2_A_name_may_be_written_with_escapes(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members)
            {
                var escaped = $"\\u{(int)member.Name[0]:x4}{member.Name[1..]}";
                var body = operation.Body().Replace($"\"{member.Name}\"", $"\"{escaped}\"", StringComparison.Ordinal);

                (await operation.Ask(Shop, body)).MustBeDone(operation, body);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithWholeBody))]
    public async Task C2_Of_a_repeated_member_the_last_counts(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members)
            {
                foreach (var bad in new[] { "{}", "null" })
                {
                    var (good, spoilt) = (operation.Body(), operation.Body((member.Name, bad)));

                    (await operation.Ask(Shop, Joined(spoilt, good))).MustBeDone(operation, $"{bad} first in {member.Name}");
                    (await operation.Ask(Shop, Joined(good, spoilt))).MustFault(member.Name, $"{bad} last");
                }
            }
        }
    }

    [Test]
    public async Task C2_Of_a_repeated_member_the_last_value_is_taken()
    {
        var answer = await Shop.Products.Post(
            "/products", """{"name": "First", "price": 1, "stock": 1, "name": "Second", "price": 2, "stock": 2, "name": "Third"}""");

        var product = answer.Json.GetProperty("product");
        Assert.That(
            (product.GetProperty("name").GetString(), product.GetProperty("price").GetDecimal(), product.GetProperty("stock").GetInt32()),
            Is.EqualTo(("Third", 2m, 2)));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithWholeBody))]
    public async Task C2_A_member_that_is_null_is_as_one_that_is_absent(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members)
            {
                var withNull = await operation.Ask(Shop, operation.Body((member.Name, "null")));
                var without = await operation.Ask(Shop, operation.Body((member.Name, null)));

                withNull.MustFault(member.Name);
                without.MustFault(member.Name);
                Assert.That(withNull.Json.GetProperty("errors").GetRawText(), Is.EqualTo(without.Json.GetProperty("errors").GetRawText()));
            }
        }
    }

    /// <summary>One object with the members of the first and, after them, those of the second.</summary>
    static string Joined(string first, string second) => $"{first[..^1]}, {second[1..]}";
}
