using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary><c>GET /openapi/v1.json</c>: what this host serves. It is written once; to gather it takes long.</summary>
sealed class InterfaceDocument([FromKeyedServices("v1")] IOpenApiDocumentProvider document)
{
    public const string Path = "/openapi/v1.json";

    readonly Lazy<Task<byte[]>> json = new(async () =>
        Encoding.UTF8.GetBytes(await (await document.GetOpenApiDocumentAsync()).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)));

    public static void AddTo(IServiceCollection services) => services.AddSingleton<InterfaceDocument>().AddOpenApi("v1", options =>
    {
        options.CreateSchemaReferenceId = info =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(info) is { } name ? info.Type.DeclaringType?.Name + name : null;
        options.AddSchemaTransformer<SchemaTransformer>();
        options.AddOperationTransformer<OperationTransformer>();
        options.AddDocumentTransformer<DocumentTransformer>();
    });

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(Path, async (InterfaceDocument document) => TypedResults.Bytes(await document.json.Value, "application/json"))
        .ExcludeFromDescription();
}
