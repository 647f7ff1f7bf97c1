using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>How a body must be announced.</summary>
public sealed class ContentTypeTests(Layout layout) : ShopTests(layout)
{
    /// <summary>The header lines of announcements that are none of JSON.</summary>
    static readonly string[][] Others =
    [
        [],
        ["Content-Type:"],
        ["Content-Type: text/plain"],
        ["Content-Type: text/json"],
        ["Content-Type: json"],
        ["Content-Type: */*"],
        ["Content-Type: application/*"],
        ["Content-Type: application/jsonp"],
        ["Content-Type: application/json5; charset=utf-8"],
        ["Content-Type: application/problem+json"],
        ["Content-Type: application/merge-patch+json"],
        ["Content-Type: application/x-www-form-urlencoded"],
        ["Content-Type: multipart/form-data; boundary=x"],
        ["Content-Type: application/json, text/plain"],
        ["Content-Type: ;"],
        ["Content-Type: ; application/json"],
        ["Content-Type: application/json", "Content-Type: application/json"],
        ["Content-Type: application/json", "Content-Type: text/plain"],
        ["X-Content-Type: application/json"],
    ];

    static readonly string[] Json =
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json ; profile=\"a;b\" ; x=y",
        "application/json;",
        "application/json ; ; charset=utf-8;",
        "APPLICATION/JSON",
        "Application/Json; Charset=\"utf-8\"",
    ];

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_body_that_is_not_announced_as_JSON_is_refused(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var headers in Others)
            {
                (await Send(operation, headers, operation.Body())).MustBe("unsupported_media_type", string.Join("; ", headers));
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_An_empty_body_must_be_announced_as_JSON_too(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var headers in Others)
            {
                (await Send(operation, headers, "")).MustBe("unsupported_media_type", string.Join("; ", headers));
            }

            foreach (var type in Json)
            {
                (await Send(operation, [$"Content-Type: {type}"], "")).MustBe("malformed_json", type);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_JSON_may_have_parameters_and_be_written_in_any_case(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var type in Json)
            {
                (await Send(operation, [$"Content-Type: {type}"], operation.Body())).MustBeDone(operation, type);
            }
        }
    }

    Task<Answer> Send(Operation operation, string[] headers, string body) =>
        operation.Client(Shop).Raw($"{operation.Method} {operation.Path()}", headers, Encoding.UTF8.GetBytes(body));
}
