using System.Net.Mime;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Hosting;

/// <summary>What the OpenAPI document says that an operation may answer, it does answer: nothing is declared for the look of it.</summary>
public sealed class DeclaredAnswersTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Codes that need a shop broken for them; other tests do that, for every operation (C11, C12).</summary>
    static readonly string[] Faults = ["internal_error", "overloaded", "database_unavailable"];

    /// <summary>How each other answer is brought about, by its code, or by its status where it is no problem.</summary>
    Dictionary<string, Func<Operation, Task<Answer>>> Provocations => new()
    {
        ["200"] = operation => operation.Ask(Shop),
        ["201"] = operation => operation.Ask(Shop),
        ["304"] = operation => Ask(operation, headers: ("If-None-Match", "*")),
        ["malformed_json"] = operation => operation.Ask(Shop, "["),
        ["validation_failed"] = operation => operation.Members.Length > 0 ? operation.Ask(Shop, "{}") : Ask(operation, operation.Path() + "?limit=0"),
        ["payload_too_large"] = operation => operation.Ask(Shop, $$"""{"padding": "{{new string('x', 70_000)}}"}"""),
        ["unsupported_media_type"] = operation => Ask(operation, body: new StringContent("{}", null, MediaTypeNames.Text.Plain)),
        ["product_not_found"] = operation => operation.Kind == "order" ? Shop.Orders.Order(1, 4711) : Ask(operation, operation.Path("4711")),
        ["order_not_found"] = operation => Ask(operation, operation.Path("4711")),
        ["user_not_found"] = operation => operation.Kind == "order" ? Shop.Orders.Order(4711, 1) : Ask(operation, operation.Path("4711")),
        ["insufficient_stock"] = _ => Shop.Orders.Order(1, product: 2),
        ["duplicate_user"] = operation => operation.Ask(Shop, operation.Body(("username", "\"unneeded\""))),
        ["product_in_use"] = operation => Ask(operation, operation.Path("1")),
        ["user_in_use"] = operation => Ask(operation, operation.Path("1")),
        ["version_mismatch"] = operation => Ask(operation, headers: ("If-Match", "\"4711\"")),
        ["illegal_transition"] = _ => Shop.Orders.PutStatus(1, "completed"),
        ["stock_overflow"] = async _ =>
        {
            await Database.Run("update products.products set stock = 2147483647 where id = 1");
            return await Shop.Orders.PutStatus(1, "cancelled");
        },
        ["idempotency_key_reused"] = async _ =>
        {
            await Shop.Orders.Order(1, 1, key: "key");
            return await Shop.Orders.Order(1, 1, quantity: 2, key: "key");
        },
    };

    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public async Task H5_Every_answer_that_is_declared_can_be_brought_about(Operation operation)
    {
        foreach (var (status, code) in InterfaceDocument.Of(operation, Shop).Answers.Where(answer => !Faults.Contains(answer.Code)))
        {
            await Database.Empty();
            await Furnish();

            var answer = await Provocations[code ?? status](operation);

            Assert.That($"{(int)answer.Status} {answer.Code}", Is.EqualTo($"{status} {code}"), answer.ToString());
        }
    }

    Task<Answer> Ask(Operation operation, string? path = null, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(operation.Method, path ?? operation.Path())
        {
            Content = body ?? (operation.Members.Length > 0 ? new StringContent(operation.Body(), null, MediaTypeNames.Application.Json) : null),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return operation.Client(Shop).Ask(request);
    }
}
