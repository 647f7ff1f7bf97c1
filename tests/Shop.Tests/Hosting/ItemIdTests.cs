using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Ids in paths and in bodies.</summary>
public sealed class ItemIdTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Path segments that are the id of nothing, though the item 1 is there.</summary>
    static readonly string[] NoIds =
    [
        "abc", "0", "01", "0001", "00", "-1", "-0", "+1", "%2B1", "1.0", "1.5", "1,0", "1e0", "1e1", "0x1", "1_0", "%201", "1%20", "%091", "1%0A", "1%C2%A0", "1;v=1", "1%2F", "1%2F1", "%2F",
        "%D9%A1", "%EF%BC%91", "%E2%91%A0", // one in Arabic, fullwidth and circled digits
        "%F0%9F%98%80", "%FF", "%ED%A0%80", "null", "NaN", "'1'", "%221%22", "1--", "1%27%20or%201=1", "..1", "4711",
        "2147483648", "4294967297", "99999999999", "9223372036854775807", "9223372036854775808", "18446744073709551617", new('9', 2000),
    ];

    [TestCaseSource(typeof(Operation), nameof(Operation.ById))]
    public async Task C6_What_cannot_be_an_id_is_an_item_that_does_not_exist(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var id in NoIds)
            {
                (await Send(operation, id)).MustBe($"{operation.Kind}_not_found", id);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.ById))]
    public async Task C6_An_id_may_be_escaped_as_every_path_may(Operation operation)
    {
        await Furnish();

        var answer = await Send(operation, $"%3{operation.Id}");

        answer.MustBeDone(operation);
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C6_An_id_in_a_body_that_cannot_be_one_is_a_fault(Operation operation)
    {
        await Furnish();
        foreach (var member in operation.Members.Where(member => member.Name.EndsWith("_id", StringComparison.Ordinal)))
        {
            foreach (var id in new[] { "0", "-1", "1.5", "\"1\"", "\"abc\"", "2147483648", "99999999999", "true" })
            {
                (await operation.Ask(Shop, operation.Body((member.Name, id)))).MustFault(member.Name, id);
            }
        }
    }

    Task<Answer> Send(Operation operation, string id) => operation.Client(Shop).Raw(
        $"{operation.Method} {operation.Path(id)}",
        ["Content-Type: application/json"],
        operation.Members.Length > 0 ? Encoding.UTF8.GetBytes(operation.Body()) : []);
}
