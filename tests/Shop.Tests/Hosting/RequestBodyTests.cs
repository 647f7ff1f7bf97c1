using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>What is a JSON object and what is not.</summary>
public sealed class RequestBodyTests(Layout layout) : ShopTests(layout)
{
    const string Json = "Content-Type: application/json";

    static readonly string[] NoObjects =
    [
        "", " ", "\n", "null", "true", "5", "\"text\"", "[]", "{", "}", "{]", "x", "{'name': 1}", "{name: 1}", "{\"name\"}", "{\"name\" 1}", "{\"name\": }",
    ];

    /// <summary>Ways to spoil a body that was accepted as it stood.</summary>
    static readonly (string Name, Func<string, string> Spoil)[] Spoilt =
    [
        ("cut short", body => body[..^1]),
        ("trailing text", body => body + "x"),
        ("a second object", body => body + "{}"),
        ("in an array", body => $"[{body}]"),
        ("as text", body => $"\"{body.Replace("\"", "\\\"", StringComparison.Ordinal)}\""),
        ("a trailing comma", body => body[..^1] + ",}"),
        ("a comma too many", body => body[..^1] + ",, \"unknown\": 1}"),
        ("a comment before", body => "/* x */" + body),
        ("a comment behind", body => body + "// x"),
        ("a comment inside", body => body.Replace("{", "{/* x */", StringComparison.Ordinal)),
        ("a NUL behind", body => body + "\0"),
        ("a space of another kind", body => "\u00A0" + body),
        ("a number with a leading zero", body => With(body, "05")),
        ("a number with a plus", body => With(body, "+5")),
        ("a number without digits behind the point", body => With(body, "5.")),
        ("a number without digits before the point", body => With(body, ".5")),
        ("a hexadecimal number", body => With(body, "0x5")),
        ("no number", body => With(body, "NaN")),
        ("an infinite number", body => With(body, "Infinity")),
        ("a literal in upper case", body => With(body, "TRUE")),
        ("an unescaped line feed in text", body => With(body, "\"\n\"")),
        ("an unescaped NUL in text", body => With(body, "\"\0\"")),
        ("an unknown escape in text", body => With(body, "\"\\x41\"")),
        ("an escape cut short", body => With(body, "\"\\u00\"")),
        ("text without end", body => body[..^1] + ", \"unknown\": \"}"),
    ];

    /// <summary>Bytes that are no UTF-8.</summary>
    static readonly (string Name, byte[] Bytes)[] NoUtf8 =
    [
        ("a stray byte", [0xFF]),
        ("a continuation alone", [0x80]),
        ("a sequence cut short", [0xE2, 0x82]),
        ("an overlong form", [0xC0, 0xAF]),
        ("an encoded surrogate", [0xED, 0xA0, 0x80]),
        ("beyond Unicode", [0xF4, 0x90, 0x80, 0x80]),
        ("Latin-1", [0xE9]),
    ];

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_What_is_no_JSON_object_is_malformed(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var body in NoObjects)
            {
                (await Send(operation, Encoding.UTF8.GetBytes(body))).MustBe("malformed_json", body);
            }

            foreach (var (name, spoil) in Spoilt)
            {
                (await Send(operation, Encoding.UTF8.GetBytes(spoil(operation.Body())))).MustBe("malformed_json", name);
            }

            (await Send(operation, Encoding.Unicode.GetBytes(operation.Body()))).MustBe("malformed_json", "UTF-16");
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_What_is_no_UTF8_is_malformed_wherever_it_stands(Operation operation)
    {
        string[] places =
        [
            .. operation.Members.Select(member => operation.Body((member.Name, "\"?\""))),
            operation.Body(("unknown", "\"?\"")),
            operation.Body(("unknown", "[{\"deeper\": \"?\"}]")),
            operation.Body(("?", "1")),
            operation.Body() + "?",
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var place in places)
            {
                var (before, behind) = (place[..place.IndexOf('?', StringComparison.Ordinal)], place[(place.IndexOf('?', StringComparison.Ordinal) + 1)..]);
                foreach (var (name, bytes) in NoUtf8)
                {
                    var answer = await Send(operation, [.. Encoding.UTF8.GetBytes(before), .. bytes, .. Encoding.UTF8.GetBytes(behind)]);
                    answer.MustBe("malformed_json", $"{name} in {place}");
                }
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_body_nests_64_deep_and_no_deeper(Operation operation)
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (open, close) in new[] { ("[", "]"), ("{\"x\":", "}") })
            {
                // The body itself is the first level.
                var (within, beyond) = (Nested(63, open, close), Nested(64, open, close));

                (await operation.Ask(Shop, operation.Body(("unknown", within)))).MustBeDone(operation);
                (await operation.Ask(Shop, operation.Body(("unknown", beyond)))).MustBe("malformed_json");
                foreach (var member in operation.Members)
                {
                    (await operation.Ask(Shop, operation.Body((member.Name, within)))).MustFault(member.Name);
                    (await operation.Ask(Shop, operation.Body((member.Name, beyond)))).MustBe("malformed_json");
                }
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_White_space_around_and_inside_is_no_matter(Operation operation)
    {
        await Furnish();

        var answer = await operation.Ask(Shop, $" \r\n\t{operation.Body().Replace(":", "\t:\n", StringComparison.Ordinal)}\n ");

        answer.MustBeDone(operation);
    }

    [Test]
    public async Task C4_A_body_whose_chunks_are_broken_is_malformed()
    {
        foreach (var operation in Operation.WithBody)
        {
            var answer = await operation.Client(Shop).Raw(
                $"{operation.Method} {operation.Path()}", [Json, "Transfer-Encoding: chunked"], Encoding.ASCII.GetBytes("zz\r\n{}\r\n0\r\n\r\n"));

            answer.MustBe("malformed_json", operation.ToString());
        }
    }

    Task<Answer> Send(Operation operation, byte[] body) => operation.Client(Shop).Raw($"{operation.Method} {operation.Path()}", [Json], body);

    static string With(string body, string value) => $"{body[..^1]}, \"unknown\": {value}}}";

    static string Nested(int levels, string open, string close) =>
        string.Concat(Enumerable.Repeat(open, levels)) + (open == "[" ? "" : "1") + string.Concat(Enumerable.Repeat(close, levels));
}
