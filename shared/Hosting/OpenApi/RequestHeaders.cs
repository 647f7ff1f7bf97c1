using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Headers that mean the same wherever a request may have them, as the OpenAPI document describes them.</summary>
static class RequestHeaders
{
    public const string TraceParent = "traceparent";
    public const string IfMatch = "If-Match";
    public const string IfNoneMatch = "If-None-Match";

    static readonly Dictionary<string, (string Description, string Example)> All = new()
    {
        [TraceParent] = (
            "The trace that the request is part of (W3C Trace Context). Without a valid one, a trace begins here.",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        [IfMatch] = (
            "Entity tags as RFC 9110 has them: nothing is changed (412) unless one of them is the item's version. `*` is any version.",
            "\"1\""),
        [IfNoneMatch] = (
            "Entity tags as RFC 9110 has them. A GET answers 304 where one of them is the item's version; a change is refused then (412).",
            "\"7\""),
    };

    /// <summary>The header as an operation refers to it.</summary>
    public static IOpenApiParameter Of(OpenApiDocument document, string name)
    {
        var (description, example) = All[name];
        document.AddComponent<IOpenApiParameter>(
            name, Optional(name, description, new() { Type = JsonSchemaType.String }, example));
        return new OpenApiParameterReference(name, document);
    }

    /// <summary>A header that one operation alone takes.</summary>
    public static OpenApiParameter Of(MemberSchema header) =>
        Optional(header.Name, header.Schema.Description!, header.Schema, "my-first");

    static OpenApiParameter Optional(string name, string description, OpenApiSchema schema, JsonNode example) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = schema, Example = example };
}
