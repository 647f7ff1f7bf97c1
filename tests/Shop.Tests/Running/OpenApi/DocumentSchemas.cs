using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Json.Schema.Keywords;

namespace Shop.Tests.Running.OpenApi;

/// <summary>
/// Validates values against the schemas of an OpenAPI document (JSON Schema 2020-12). An unknown keyword is an error. So is a member that the schema of
/// an object does not declare, unless the schema allows additional ones.
/// </summary>
public sealed class DocumentSchemas
{
    static readonly Uri Address = new("https://shop.example/openapi.json");

    static readonly Dialect Dialect = Dialect.Draft202012
        .Without([PatternKeyword.Instance, MinLengthKeyword.Instance, MaxLengthKeyword.Instance])
        .With([new UnicodePattern(), new MinCodePoints(), new MaxCodePoints()], allowUnknownKeywords: false);

    static readonly EvaluationOptions AllErrors = new() { OutputFormat = OutputFormat.List };

    readonly JsonElement document;
    readonly BuildOptions options = new() { Dialect = Dialect, SchemaRegistry = new() };
    readonly ConcurrentDictionary<string, JsonSchema> built = new();

    /// <param name="document">The document that contains the schemas and what they refer to.</param>
    public DocumentSchemas(JsonElement document)
    {
        this.document = document;
        options.SchemaRegistry.Register(new JsonElementBaseDocument(Closed(document.GetRawText()), Address));
    }

    /// <summary>Returns what is wrong with a value, one line per error.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schema">A schema of the document.</param>
    /// <param name="at">Name of the value, for the messages.</param>
    /// <exception cref="JsonSchemaException">The schema is invalid or has an unknown keyword.</exception>
    public IReadOnlyList<string> Faults(JsonElement value, JsonElement schema, string at = "")
    {
        var result = built.GetOrAdd(schema.GetRawText(), text => JsonSchema.Build(Closed(text), options)).Evaluate(value, AllErrors);
        if (result.IsValid)
        {
            return [];
        }

        var errors =
            from part in (result.Details ?? []).Prepend(result)
            from error in part.Errors ?? []
            select $"{at}{part.InstanceLocation} {error.Key}: {error.Value}";
        // oneOf has no message if more than one schema matches.
        return [.. errors.DefaultIfEmpty($"{at} is invalid: {value}")];
    }

    /// <summary>Returns the element that a reference within the document points to, or the element itself if it is no reference.</summary>
    public JsonElement Resolve(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference)
            ? Resolve(reference.GetString()!.Split('/').Skip(1).Aggregate(document, (found, name) => found.GetProperty(name)))
            : element;

    /// <summary>Forbids the members that schemas do not declare, and makes references absolute, so that they lead to the document from everywhere.</summary>
    static JsonElement Closed(string json)
    {
        var root = JsonNode.Parse(json)!;
        Close(root);
        return JsonSerializer.SerializeToElement(root);
    }

    static void Close(JsonNode? node)
    {
        if (node is JsonObject schema)
        {
            if (schema["properties"] is JsonObject)
            {
                schema.TryAdd("additionalProperties", false);
            }

            if (schema["$ref"] is JsonValue reference)
            {
                schema["$ref"] = $"{Address}{reference}";
            }
        }

        foreach (var part in node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        })
        {
            Close(part);
        }
    }
}
