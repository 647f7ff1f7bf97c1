using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Shop.Shared.Telemetry;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Says in the OpenAPI document what an endpoint's metadata tell of it: what it takes, and everything that it may answer.</summary>
sealed class OperationTransformer(IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    /// <summary>What each endpoint may answer, whatever it does.</summary>
    static readonly Problem[] Always = [new InternalError()];

    /// <summary>What each endpoint that asks the database may answer.</summary>
    static readonly Problem[] OfTheDatabase = [new Overloaded(), new DatabaseUnavailable()];

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var endpoint = new Described(context.Description.ActionDescriptor.EndpointMetadata);
        var document = context.Document!;
        operation.OperationId ??= endpoint.OperationId;
        operation.Tags = new HashSet<OpenApiTagReference> { new(endpoint.Tag, document) };
        Take(operation, endpoint, document);
        Answer(operation, endpoint, document);
        return Task.CompletedTask;
    }

    static void Take(OpenApiOperation operation, Described endpoint, OpenApiDocument document)
    {
        operation.Parameters ??= [];
        if (endpoint.Id is { } id)
        {
            var parameter = (OpenApiParameter)operation.Parameters.Single(parameter => parameter.Name == "id");
            parameter.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = id.Format,
                Minimum = "1",
                Maximum = id.Maximum.ToString(CultureInfo.InvariantCulture),
            };
            parameter.Example = 1;
        }

        foreach (var parameter in endpoint.Rules is { Example: null } query ? query.Members : [])
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Schema.Description,
                Schema = parameter.Schema,
            });
        }

        foreach (var header in endpoint.Rules?.Headers ?? [])
        {
            operation.Parameters.Add(RequestHeaders.Of(header));
        }

        foreach (var header in endpoint.CommonHeaders)
        {
            operation.Parameters.Add(RequestHeaders.Of(document, header));
        }

        if (endpoint.Rules is { Example: { } example } rules)
        {
            // Two operations may read the same type by different rules.
            var name = $"{endpoint.Slice.Name}Request";
            document.AddComponent<IOpenApiSchema>(name, rules.Body());
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(name, document), Example = JsonNode.Parse(example) },
                },
            };
        }
    }

    void Answer(OpenApiOperation operation, Described endpoint, OpenApiDocument document)
    {
        var options = json.Value.SerializerOptions;
        foreach (var (status, answer) in operation.Responses!)
        {
            var (response, given) = ((OpenApiResponse)answer, endpoint.Answers.LastOrDefault(given => given.Has(status)));
            response.Headers = AnswerHeaders.Of(document, status == "304" ? [AnswerHeaders.ETag] : given?.Headers ?? []);
            foreach (var body in response.Content?.Values ?? [])
            {
                body.Example = given is null ? null : JsonSerializer.SerializeToNode(given.Example, options.GetTypeInfo(given.Example.GetType()));
            }
        }

        var problems = new ProblemResponses(document, options);
        foreach (var status in endpoint.Problems.Concat(Always).Concat(endpoint.IsOfModule ? OfTheDatabase : []).GroupBy(problem => problem.Status))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = problems.Response([.. status]);
        }

        var ordered = operation.Responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToArray();
        operation.Responses.Clear();
        foreach (var (status, response) in ordered)
        {
            operation.Responses.Add(status, response);
        }
    }

    /// <summary>What an endpoint's metadata say.</summary>
    sealed class Described(IList<object> metadata)
    {
        public RequestRules? Rules => metadata.OfType<RequestRules>().LastOrDefault();

        public IEnumerable<GivenAnswer> Answers => metadata.OfType<GivenAnswer>();

        public PathId? Id => metadata.OfType<PathId>().LastOrDefault();

        public bool IsOfModule => metadata.OfType<ServedBy>().Any();

        public string Tag => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(metadata.OfType<ServedBy>().LastOrDefault()?.Module ?? "host");

        /// <summary>The class that maps the endpoint, by its handler, which is a lambda in it.</summary>
        public Type Slice
        {
            get
            {
                var type = metadata.OfType<MethodInfo>().Last().DeclaringType!;
                while (type.Name.StartsWith('<'))
                {
                    type = type.DeclaringType!;
                }

                return type;
            }
        }

        public string OperationId => JsonNamingPolicy.CamelCase.ConvertName(Slice.Name);

        /// <summary>The problems that the endpoint lists, but for those of a body where it takes none.</summary>
        public IEnumerable<Problem> Problems => metadata.OfType<Problem>()
            .Where(problem => problem is not InvalidRequest || problem.Code == "validation_failed" || Rules?.Example is not null)
            .Select(problem => problem.Code == "validation_failed" ? Rules!.Refusal() : problem);

        public IEnumerable<string> CommonHeaders
        {
            get
            {
                var isRead = metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode == StatusCodes.Status304NotModified);
                var isChanged = metadata.OfType<VersionMismatch>().Any();
                if (isChanged)
                {
                    yield return RequestHeaders.IfMatch;
                }

                if (isRead || isChanged)
                {
                    yield return RequestHeaders.IfNoneMatch;
                }

                yield return RequestHeaders.TraceParent;
            }
        }
    }
}
