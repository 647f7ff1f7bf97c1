using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Headers that mean the same wherever a request may have them, as the OpenAPI document describes them.</summary>
static class RequestHeaders
{
    public const string TraceParent = "traceparent";
    public const string IfMatch = "If-Match";
    public const string IfNoneMatch = "If-None-Match";

    // Without examples: whoever tries an operation in a browser would send them all.
    static readonly Dictionary<string, string> Descriptions = new()
    {
        [TraceParent] = "The trace that the request is part of (W3C Trace Context). Without a valid one, a trace begins here.",
        [IfMatch] = "Entity tags (RFC 9110): nothing is changed (412) unless one of them is the item's, as in its `ETag`. `*` is any.",
        [IfNoneMatch] = "Entity tags (RFC 9110): where one of them is the item's, a GET answers 304, and nothing is changed (412).",
    };

    /// <summary>The header as an operation refers to it.</summary>
    public static IOpenApiParameter Of(OpenApiDocument document, string name)
    {
        document.AddComponent<IOpenApiParameter>(name, Optional(name, Descriptions[name], new() { Type = JsonSchemaType.String }));
        return new OpenApiParameterReference(name, document);
    }

    /// <summary>A header that one operation alone takes.</summary>
    public static OpenApiParameter Of(MemberSchema header) => Optional(header.Name, header.Schema.Description, header.Schema);

    static OpenApiParameter Optional(string name, string? description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = schema };
}
