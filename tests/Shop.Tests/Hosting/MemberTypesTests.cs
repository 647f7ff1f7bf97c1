using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Members of the wrong type, and all that is wrong at once.</summary>
public sealed class MemberTypesTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] NeverRight = ["true", "false", "{}", "[]", "[1]", "[\"x\"]", "{\"value\": 1}"];

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C3_A_member_of_the_wrong_type_is_a_fault_under_its_name(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members)
            {
                foreach (var wrong in NeverRight.Concat(WrongFor(member.Type)))
                {
                    (await operation.Ask(Shop, operation.Body((member.Name, wrong)))).MustFault(member.Name, wrong);
                }
            }
        }
    }

    [Test]
    public async Task C3_A_price_given_as_text_is_a_fault_under_its_name()
    {
        var answer = await Shop.Products.Post("/products", """{"name": "Lamp", "price": "9.99", "stock": 1}""");

        answer.MustFault("price");
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task E3_All_faults_are_named_at_once(Operation operation)
    {
        var names = operation.Members.Select(member => member.Name).ToArray();
        using (Assert.EnterMultipleScope())
        {
            (await operation.Ask(Shop, "{}")).MustFault(names, "none given");
            foreach (var wrong in NeverRight)
            {
                (await operation.Ask(Shop, operation.Body([.. names.Select(name => (name, (string?)wrong))]))).MustFault(names, $"each {wrong}");
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithWholeBody))]
    public async Task E3_What_is_absent_of_the_wrong_type_or_out_of_range_is_named_together(Operation operation)
    {
        // One kind of fault for each member in turn, and every turn.
        (string Fault, Func<Member, string?> Value)[] kinds =
        [
            ("absent", _ => null),
            ("wrong type", _ => "true"),
            ("out of range", member => member.Type == MemberType.Text ? "\"\"" : "-1"),
        ];
        using (Assert.EnterMultipleScope())
        {
            for (var turn = 0; turn < kinds.Length; turn++)
            {
                var body = operation.Body([.. operation.Members.Select((member, i) => (member.Name, kinds[(i + turn) % kinds.Length].Value(member)))]);

                (await operation.Ask(Shop, body)).MustFault(operation.Members.Select(member => member.Name), body);
            }
        }
    }

    [Test]
    public async Task E3_The_faults_of_a_header_are_named_beside_those_of_the_body()
    {
        var answer = await Shop.Orders.Post("/orders", """{"user_id": 0, "quantity": "1"}""", ("Idempotency-Key", "two words"));

        answer.MustFault(["user_id", "product_id", "quantity", "Idempotency-Key"]);
    }

    [Test]
    public async Task E3_What_is_right_is_not_named()
    {
        var answer = await Shop.Products.Post("/products", """{"name": "Lamp", "price": -1, "stock": 1.5}""");

        answer.MustFault(["price", "stock"]);
    }

    static string[] WrongFor(MemberType type) => type == MemberType.Text ? ["5", "0", "1.5"] : ["\"5\"", "\"\"", "\"x\"", "\"1e2\""];
}
