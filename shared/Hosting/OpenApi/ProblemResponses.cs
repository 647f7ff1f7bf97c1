using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Problems as the OpenAPI document shows them: a schema a code, and a response for those that share a status.</summary>
/// <param name="document">Takes the schemas among its components.</param>
/// <param name="json">How problems are written.</param>
sealed class ProblemResponses(OpenApiDocument document, JsonSerializerOptions json)
{
    const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// <summary>The response of one status.</summary>
    /// <param name="problems">What may be answered with it, an example a code.</param>
    /// <param name="headers">Headers that go with it, beside those of every answer.</param>
    public OpenApiResponse Response(IReadOnlyCollection<Problem> problems, params IEnumerable<string> headers)
    {
        var schemas = problems.Select(Schema).ToList();
        string[] allHeaders =
        [
            .. headers,
            .. problems.Any(problem => problem.RetryAfter is not null) ? [AnswerHeaders.RetryAfter] : Array.Empty<string>(),
            .. problems.Contains(InvalidRequest.UnsupportedMediaType) ? [AnswerHeaders.AcceptEncoding] : Array.Empty<string>(),
        ];
        return new()
        {
            Description = string.Join(", or ", problems.Select(problem => problem.Title)),
            Headers = AnswerHeaders.Of(document, allHeaders),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.MediaType] = new()
                {
                    Schema = schemas is [var only] ? only : new OpenApiSchema { OneOf = schemas },
                    Examples = problems.ToDictionary(
                        problem => problem.Code,
                        IOpenApiExample (problem) => new OpenApiExample { Summary = problem.Title, Value = Body(problem) }),
                },
            },
        };
    }

    JsonObject Body(Problem problem) =>
        JsonSerializer.SerializeToNode(problem.Details(TraceId), json.GetTypeInfo(typeof(ProblemDetails)))!.AsObject();

    IOpenApiSchema Schema(Problem problem)
    {
        var example = Body(problem);
        document.AddComponent<IOpenApiSchema>(problem.Code, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = example.Select(member => member.Key).ToHashSet(),
            Properties = example.ToDictionary(
                member => member.Key,
                IOpenApiSchema (member) => member.Key switch
                {
                    "detail" or "error" => new OpenApiSchema { Type = JsonSchemaType.String, Description = "What happened this time." },
                    "trace_id" => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" },
                    // Not by "const", which the library writes as a string.
                    "status" => new OpenApiSchema { Type = JsonSchemaType.Integer, Enum = [problem.Status] },
                    _ when problem.Members.ContainsKey(member.Key) => Own(member.Value!),
                    // The same for every occurrence.
                    _ => new OpenApiSchema { Type = JsonSchemaType.String, Const = member.Value!.GetValue<string>() },
                }),
        });
        return new OpenApiSchemaReference(problem.Code, document);
    }

    /// <summary>The schema of a member that the problem adds, by an example of it.</summary>
    static OpenApiSchema Own(JsonNode example) => example switch
    {
        JsonArray list => new() { Type = JsonSchemaType.Array, Items = Own(list[0]!) },
        JsonObject map => new() { Type = JsonSchemaType.Object, AdditionalProperties = Own(map.First().Value!) },
        _ when example.GetValueKind() == JsonValueKind.Number => new() { Type = JsonSchemaType.Integer, Minimum = "0" },
        _ => new() { Type = JsonSchemaType.String },
    };
}
