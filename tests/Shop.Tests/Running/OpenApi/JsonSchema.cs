using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shop.Tests.Running.OpenApi;

/// <summary>
/// Judges values by the schemas of an OpenAPI document (JSON Schema 2020-12): by the words that ours use, and no other passes unseen. What a
/// schema of an object does not name is a fault, unless it says otherwise: our answers hold nothing that is not written down.
/// </summary>
/// <param name="document">Where references lead.</param>
public sealed class JsonSchema(JsonElement document)
{
    static readonly HashSet<string> Remarks = ["description", "format", "example", "title", "default"];

    /// <summary>What is wrong with a value, a sentence a fault.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at = "") =>
        schema.EnumerateObject()
            .Where(word => !Remarks.Contains(word.Name))
            .SelectMany(word => Faults(word.Name, word.Value, value, schema, at));

    /// <summary>The element that a reference within the document leads to, or the element itself where it is none.</summary>
    public JsonElement Resolve(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference)
            ? Resolve(reference.GetString()!.Split('/').Skip(1).Aggregate(document, (found, name) => found.GetProperty(name)))
            : element;

    IEnumerable<string> Faults(string word, JsonElement rule, JsonElement value, JsonElement schema, string at) => word switch
    {
        "$ref" => Faults(value, Resolve(schema), at),
        "oneOf" => OneOf(rule, value, at),
        "type" => Must(Types(rule).Any(type => IsOfType(value, type)), $"{at} is no {rule}: {value}"),
        "enum" => Must(rule.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)), $"{at} is none of {rule}: {value}"),
        "const" => Must(JsonElement.DeepEquals(rule, value), $"{at} is not {rule}: {value}"),
        "pattern" => Must(
            value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!), $"{at} does not match {rule}: {value}"),
        "minLength" => Must(Length(value) is not { } length || length >= rule.GetInt32(), $"{at} is too short: {value}"),
        "maxLength" => Must(Length(value) is not { } length || length <= rule.GetInt32(), $"{at} is too long: {value}"),
        "minimum" => Must(Number(value) is not { } number || number >= rule.GetDecimal(), $"{at} is less than {rule}: {value}"),
        "maximum" => Must(Number(value) is not { } number || number <= rule.GetDecimal(), $"{at} is more than {rule}: {value}"),
        "multipleOf" => Must(Number(value) is not { } number || number % rule.GetDecimal() == 0, $"{at} is no multiple of {rule}: {value}"),
        "minProperties" => Must(Members(value).Count() >= rule.GetInt32(), $"{at} has too few members: {value}"),
        "required" => value.ValueKind != JsonValueKind.Object ? []
            : rule.EnumerateArray()
                .Select(name => name.GetString()!)
                .Where(name => !value.TryGetProperty(name, out _))
                .Select(name => $"{at}/{name} is missing"),
        "properties" => Members(value)
            .Where(member => rule.TryGetProperty(member.Name, out _))
            .SelectMany(member => Faults(member.Value, rule.GetProperty(member.Name), $"{at}/{member.Name}"))
            .Concat(Members(value)
                .Where(member => !rule.TryGetProperty(member.Name, out _) && !schema.TryGetProperty("additionalProperties", out _))
                .Select(member => $"{at}/{member.Name} is not declared")),
        "additionalProperties" => Members(value)
            .Where(member => !(schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out _)))
            .SelectMany(member => Faults(member.Value, rule, $"{at}/{member.Name}")),
        "items" => value.ValueKind != JsonValueKind.Array ? []
            : value.EnumerateArray().SelectMany((item, position) => Faults(item, rule, $"{at}/{position}")),
        _ => throw new NotSupportedException($"The schema says \"{word}\", which these tests do not know."),
    };

    string[] OneOf(JsonElement schemas, JsonElement value, string at)
    {
        var faults = schemas.EnumerateArray().Select(schema => Faults(value, schema, at).ToArray()).ToArray();
        var fitting = faults.Count(some => some.Length == 0);
        return Must(fitting == 1, $"{at} fits {fitting} of the schemas: {string.Join("; ", faults.SelectMany(some => some))}");
    }

    static string[] Must(bool isTrue, string fault) => isTrue ? [] : [fault];

    static IEnumerable<string> Types(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(type => type.GetString()!) : [rule.GetString()!];

    static bool IsOfType(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && decimal.IsInteger(value.GetDecimal())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    static JsonElement.ObjectEnumerator Members(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    static decimal? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    static int? Length(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()!.EnumerateRunes().Count() : null;
}
