using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Every header that an answer of ours can have, by its name, as the OpenAPI document describes it.</summary>
static class AnswerHeaders
{
    /// <summary>Every answer has it.</summary>
    public const string TraceId = "X-Trace-Id";

    public const string ETag = "ETag";

    public const string RetryAfter = "Retry-After";

    public const string Allow = "Allow";

    public const string AcceptEncoding = "Accept-Encoding";

    public static IReadOnlyDictionary<string, OpenApiHeader> All { get; } = new Dictionary<string, OpenApiHeader>
    {
        [TraceId] = Header(
            "The trace that the request belongs to (W3C Trace Context). The same id stands in the service's log.",
            new() { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" },
            "4bf92f3577b34da6a3ce929d0e0e4736"),
        [ETag] = Header(
            "The version of the item, for If-Match and If-None-Match.",
            new() { Type = JsonSchemaType.String, Pattern = "^\"[^\"]+\"$" },
            "\"1\""),
        ["Location"] = Header(
            "Where the item can be fetched.",
            new() { Type = JsonSchemaType.String, Format = "uri-reference", Pattern = "^/" },
            "/items/1"),
        ["Link"] = Header(
            "Where the next page is, as the member `next`. Absent on the last page.",
            new() { Type = JsonSchemaType.String, Pattern = "^</.*>; rel=\"next\"$" },
            "</items?after=opaque>; rel=\"next\"",
            isAlwaysThere: false),
        ["Idempotent-Replayed"] = Header(
            "The order was placed by an earlier request with the same Idempotency-Key. Absent where it was placed just now.",
            new() { Type = JsonSchemaType.String, Enum = ["true"] },
            "true",
            isAlwaysThere: false),
        [RetryAfter] = Header(
            "Seconds after which trying again may succeed.",
            new() { Type = JsonSchemaType.Integer, Minimum = "1" },
            1),
        [AcceptEncoding] = Header(
            "Content encodings that a request body may have. Absent if the Content-Type was wrong.",
            new() { Type = JsonSchemaType.String, Enum = ["identity"] },
            "identity",
            isAlwaysThere: false),
        [Allow] = Header(
            "The methods that the path knows.",
            new() { Type = JsonSchemaType.String },
            "GET, HEAD"),
    };

    /// <summary>The headers by these names, as a response refers to them.</summary>
    public static Dictionary<string, IOpenApiHeader> Of(OpenApiDocument document, IEnumerable<string> names) =>
        names.Prepend(TraceId).ToDictionary(name => name, IOpenApiHeader (name) =>
        {
            document.AddComponent(name, All[name]);
            return new OpenApiHeaderReference(name, document);
        });

    static OpenApiHeader Header(string description, OpenApiSchema schema, JsonNode example, bool isAlwaysThere = true) =>
        new() { Description = description, Required = isAlwaysThere, Schema = schema, Example = example };
}
