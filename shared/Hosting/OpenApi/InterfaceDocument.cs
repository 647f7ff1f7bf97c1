using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary><c>GET /openapi/v1.json</c>: what this host serves.</summary>
static class InterfaceDocument
{
    public const string Path = "/openapi/v1.json";

    public static IServiceCollection AddInterfaceDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.CreateSchemaReferenceId = info =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(info) is { } name ? info.Type.DeclaringType?.Name + name : null;
        options.AddSchemaTransformer<SchemaTransformer>();
        options.AddOperationTransformer<OperationTransformer>();
        options.AddDocumentTransformer<DocumentTransformer>();
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi(Path);
}
