using System.Net.Mime;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Running;

/// <summary>What every error keeps to, whatever it is about. A test names the code that it expects; the rest is judged here.</summary>
public static partial class Refusals
{
    /// <summary>Each code and the status that it always has: the table of rule E4, and the one code that no client can bring about.</summary>
    public static readonly IReadOnlyDictionary<string, int> StatusOf = new Dictionary<string, int>
    {
        ["malformed_json"] = 400,
        ["validation_failed"] = 400,
        ["product_not_found"] = 404,
        ["order_not_found"] = 404,
        ["user_not_found"] = 404,
        ["insufficient_stock"] = 409,
        ["duplicate_user"] = 409,
        ["product_in_use"] = 409,
        ["user_in_use"] = 409,
        ["illegal_transition"] = 409,
        ["version_mismatch"] = 412,
        ["stock_overflow"] = 409,
        ["idempotency_key_reused"] = 422,
        ["not_found"] = 404,
        ["method_not_allowed"] = 405,
        ["payload_too_large"] = 413,
        ["unsupported_media_type"] = 415,
        ["overloaded"] = 503,
        ["database_unavailable"] = 503,
        ["internal_error"] = 500,
    };

    /// <summary>The answer is an error of this code, and keeps to what holds for all of them (E1, E2, E4, C11, C12, C13).</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="code">The code expected.</param>
    /// <param name="to">What was asked, for the message.</param>
    public static void MustBe(this Answer answer, string code, string to = "")
    {
        Assert.That(answer.Code, Is.EqualTo(code), () => $"{to} {answer}");
        if (answer.Code != code)
        {
            // In a multiple assertion the test goes on.
            return;
        }

        var problem = answer.Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)answer.Status, Is.EqualTo(StatusOf[code]), () => $"{to} {answer}");
            Assert.That(answer.ContentHeaders.ContentType?.ToString(), Is.EqualTo(MediaTypeNames.Application.ProblemJson), to);
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(StatusOf[code]), () => $"{to} {answer}");
            Assert.That(problem.GetProperty("title").GetString(), Is.Not.Empty, to);
            Assert.That(problem.GetProperty("detail").GetString(), Is.Not.Empty, to);
            Assert.That(problem.GetProperty("error").GetString(), Is.EqualTo(problem.GetProperty("detail").GetString()), to);
            Assert.That(problem.GetProperty("trace_id").GetString(), Does.Match("^[0-9a-f]{32}$").And.EqualTo(answer.TraceId), to);
            Assert.That(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero, Is.EqualTo(StatusOf[code] == 503), () => $"{to} {answer.Headers}");
            answer.MustShowNothingWithin(to);
        }
    }

    /// <summary>The answer says that the operation was done.</summary>
    public static void MustBeDone(this Answer answer, Operation operation, string to = "") =>
        Assert.That(answer.Status, Is.EqualTo(operation.Success), () => $"{operation} {to} {answer}");

    /// <summary>The answer is an error of validation (E3) that names these members and no other.</summary>
    public static void MustFault(this Answer answer, string member, string to = "") => answer.MustFault([member], to);

    /// <inheritdoc cref="MustFault(Answer, string, string)"/>
    public static void MustFault(this Answer answer, IEnumerable<string> members, string to = "")
    {
        answer.MustBe("validation_failed", to);
        if (answer.Code != "validation_failed")
        {
            return;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Faults, Is.EquivalentTo(members), () => $"{to} {answer}");
            foreach (var fault in answer.Json.GetProperty("errors").EnumerateObject())
            {
                Assert.That(
                    fault.Value.EnumerateArray().Select(message => message.GetString()),
                    Is.Not.Empty.And.All.Not.Empty,
                    () => $"{to} {answer}");
            }
        }
    }

    /// <summary>Nothing in the answer tells how the service is made or where it runs (C11).</summary>
    public static void MustShowNothingWithin(this Answer answer, string to = "") =>
        Assert.That(
            $"{answer.Headers}{answer.ContentHeaders}{answer.Text}",
            Does.Not.Match(TellTales()).And.Not.Match($@"\b{Regex.Escape(Environment.MachineName)}\b"),
            to);

    // Exceptions and their traces, libraries, SQL and the names of things in the database, addresses.
    [GeneratedRegex(
        @"exception|stack ?trace|\bat (Shop|System|Microsoft)\.|System\.|Microsoft|Npgsql|Dapper|Kestrel|Postgres|SQLSTATE|relation ""|constraint"
        + @"|\b(select|insert into|returning|unnest)\b|(products|orders|users)\.\w|_(key|check|fkey|seq)\b"
        + @"|shop_(product|order|user)\b|ecommerce|127\.0\.0\.1|localhost",
        RegexOptions.IgnoreCase)]
    private static partial Regex TellTales();
}
