using System.Globalization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Says in the OpenAPI document what holds for the whole host.</summary>
sealed class DocumentTransformer(ServiceName service, IOptions<JsonOptions> json) : IOpenApiDocumentTransformer
{
    const string Conventions =
        """
        JSON in and out. Every error is `application/problem+json` (RFC 9457) with a stable `code` for programs; `error` repeats `detail`. A validation
        error lists all faults at once, by member. Every answer carries `X-Trace-Id`, the id that stands in the service's log.

        Text is trimmed before it is judged, unknown members are ignored, and `null` counts as absent. An id in a path that cannot be one is an item
        that does not exist. `HEAD` answers as `GET` without a body. Beside what is listed there are this document, the page `/docs` that shows it, and
        `/`, which leads there; every other path is a 404 `not_found`. A method that is not listed is a 405 `method_not_allowed`, with `Allow`.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = $"The {CultureInfo.InvariantCulture.TextInfo.ToTitleCase(service.Value.Replace('-', ' '))}",
            Version = typeof(DocumentTransformer).Assembly.GetName().Version!.ToString(3),
            Description = Conventions,
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        // The server is the one that the document comes from.
        document.Servers = [new() { Url = "/" }];
        document.Tags = document.Paths.Values
            .SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Tags!)
            .Select(tag => tag.Reference.Id!)
            .Distinct()
            .Select(tag => new OpenApiTag { Name = tag })
            .ToHashSet();
        // Said outright: nobody has to identify himself.
        document.Security = [new OpenApiSecurityRequirement()];
        // No operation answers these itself: it is not found, or another one is.
        var problems = new ProblemResponses(document, json.Value.SerializerOptions);
        document.AddComponent<IOpenApiResponse>("not_found", problems.Response([new NotFound()]));
        document.AddComponent<IOpenApiResponse>("method_not_allowed", problems.Response([new MethodNotAllowed()], AnswerHeaders.Allow));
        return Task.CompletedTask;
    }
}
