using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Shop.Tests.Fuzz;

/// <summary>Values for what a schema describes: some that fit, those at its bounds, and those that fit nothing.</summary>
sealed class OddValues(Random random)
{
    static readonly string[] Texts =
    [
        "", " ", "x", "abc", "Lamp", "ann_lee", "ann@example.com", "pending", "true", "null", "NaN", "-0", "1e3", "%", "_", @"\", "'", "\"", "<script>", "{{7*7}}", "${x}", "../..",
        "'; drop table orders.orders; --", "%s%n", "\u0000", "a\u0000b", "\ud800", "\udc00x", "😀", "e\u0301", "\u202e", "\u200b", "\ufeff", "\u00a0", "\u3000x", "漢字", "ﷺ", "İı", "ß",
        "\t", "\r\n", "\u2028", "\u0085", "\uffff", "2026-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000",
    ];

    static readonly string[] Numbers =
    [
        "0", "-0", "1", "2", "-1", "0.5", "5.0", "1e0", "1E+2", "1e-2", "9.99", "9.990", "9.999", "2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775808",
        "99999999.99", "100000000", "1e308", "1e309", "-1e999999999", "0.1e-300", "123456789012345678901234567890", "0.0000000000000000000000000000001",
    ];

    static readonly string[] OtherJson = ["null", "true", "false", "{}", "[]", "[1]", "{\"a\": {\"b\": [{}]}}", "\"\\ud800\"", "\"\\u0000\"", "[[[[[[]]]]]]"];

    static readonly string[] Ids =
    [
        "1", "1", "1", "2", "3", "4711", "0", "-1", "abc", "1.5", "01", "1e0", "+1", "2147483647", "2147483648", "99999999999", "9223372036854775808", "%31", "%00", "%ff", "%2f", "%2e%2e", "..", ".",
        "%F0%9F%98%80", "%ed%a0%80", "'", "1;x", "{id}", "%", "%zz", "null", "é",
    ];

    public T Any<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public bool OneIn(int times) => random.Next(times) == 0;

    public string Id() => OneIn(40) ? new string('9', random.Next(1, 3000)) : Any(Ids);

    public string Text() => random.Next(12) switch
    {
        0 => new string('x', Any(new[] { 99, 100, 101, 254, 255, 256, 5000 })),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 260)).Select(_ => Any(Texts))),
        2 => $"fuzz_{random.Next():x}",
        3 => $"fuzz_{random.Next():x}@example.com",
        _ => Any(Texts),
    };

    /// <summary>A value as JSON.</summary>
    /// <param name="schema">What the document says of it.</param>
    /// <param name="resolve">Follows a reference in the document.</param>
    public string Json(JsonElement schema, Func<JsonElement, JsonElement> resolve)
    {
        schema = resolve(schema);
        if (OneIn(8))
        {
            return random.Next(3) switch { 0 => Any(OtherJson), 1 => Quoted(Text()), _ => Any(Numbers) };
        }

        if (schema.TryGetProperty("enum", out var words) && !OneIn(4))
        {
            return Any(words.EnumerateArray().ToArray()).GetRawText();
        }

        return TypeOf(schema) switch
        {
            "integer" or "number" => Number(schema),
            "boolean" => OneIn(2) ? "true" : "false",
            _ => Quoted(Text()),
        };
    }

    /// <summary>A value as it stands in a query, encoded or not.</summary>
    public string Parameter(JsonElement schema, Func<JsonElement, JsonElement> resolve)
    {
        var json = Json(schema, resolve);
        var text = json.StartsWith('"') ? JsonDocument.Parse(Encoding.UTF8.GetBytes(json.Replace("\\ud800", "", StringComparison.Ordinal).Replace("\\udc00", "", StringComparison.Ordinal))).RootElement.GetString()! : json;
        return random.Next(10) switch
        {
            0 => "",
            1 => Any(new[] { "%00", "%ff", "%ed%a0%80", "%c0%af", "%", "%zz", "%u0041", "+", "%20", "%E2%80%AE" }),
            _ => Uri.EscapeDataString(text),
        };
    }

    /// <summary>Text as JSON; half a surrogate pair and what is not printable are escaped.</summary>
    public string Quoted(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (character is '"' or '\\' or < ' ' || char.IsSurrogate(character) || OneIn(50))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                json.Append(character);
            }
        }

        return json.Append('"').ToString();
    }

    string Number(JsonElement schema)
    {
        string[] bounds = [.. new[] { "minimum", "maximum" }.Where(bound => schema.TryGetProperty(bound, out _)).Select(bound => schema.GetProperty(bound).GetRawText())];
        return random.Next(4) switch
        {
            0 => Any(Numbers),
            1 when bounds.Length > 0 => (decimal.Parse(Any(bounds), CultureInfo.InvariantCulture) + Any(new[] { -1m, -0.01m, 0m, 0.01m, 0.001m, 1m })).ToString(CultureInfo.InvariantCulture),
            _ => random.Next(1, 4).ToString(CultureInfo.InvariantCulture),
        };
    }

    static string? TypeOf(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().First().GetString()
        : type.GetString();
}
