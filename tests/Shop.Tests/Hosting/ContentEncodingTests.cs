using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Bodies with a content encoding or a byte order mark.</summary>
public sealed class ContentEncodingTests(Layout layout) : ShopTests(layout)
{
    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_content_encoding_other_than_identity_is_refused(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var coding in new[] { "gzip", "br", "identity, gzip", "nonsense" })
            {
                var answer = await Send(operation, operation.Body(), "Content-Type: application/json", $"Content-Encoding: {coding}");

                answer.MustBe("unsupported_media_type", coding);
                Assert.That(answer.Headers.GetValues("Accept-Encoding"), Is.EqualTo(new[] { "identity" }), coding);
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_Identity_is_no_content_encoding(Operation operation)
    {
        await Furnish();
        foreach (var coding in new[] { "identity", "IDENTITY", "", "identity, identity" })
        {
            (await Send(operation, operation.Body(), "Content-Type: application/json", $"Content-Encoding: {coding}")).MustBeDone(operation, coding);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C7_A_wrong_content_type_comes_before_a_wrong_content_encoding(Operation operation)
    {
        var answer = await Send(operation, operation.Body(), "Content-Type: text/plain", "Content-Encoding: gzip");

        answer.MustBe("unsupported_media_type");
        Assert.That(answer.Headers.Contains("Accept-Encoding"), Is.False);
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_byte_order_mark_before_the_body_is_ignored(Operation operation)
    {
        await Furnish();

        (await Send(operation, $"\ufeff{operation.Body()}", "Content-Type: application/json")).MustBeDone(operation);
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_byte_order_mark_alone_twice_or_within_the_body_is_malformed(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var body in new[] { "\ufeff", $"\ufeff\ufeff{operation.Body()}", $" \ufeff{operation.Body()}", $"{operation.Body()}\ufeff" })
            {
                (await Send(operation, body, "Content-Type: application/json")).MustBe("malformed_json", body);
            }
        }
    }

    Task<Answer> Send(Operation operation, string body, params string[] headers) =>
        operation.Client(Shop).Raw($"{operation.Method} {operation.Path()}", headers, Encoding.UTF8.GetBytes(body));
}
