using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary><c>GET /docs</c>: a page to read and try the interface, and <c>GET /</c>, which leads there.</summary>
static class DocsPage
{
    public const string Path = "/docs";

    // Scalar's script is served from its package. Whatever would have it speak to another host is off; the browser is told to refuse the rest.
    const string Html =
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>The Shop</title>
          <link rel="icon" href="{{Path}}/favicon.svg">
        </head>
        <body>
          <script id="api-reference" data-url="{{InterfaceDocument.Path}}" data-configuration='{
            "withDefaultFonts": false,
            "telemetry": false,
            "agent": {"disabled": true},
            "mcp": {"disabled": true},
            "showDeveloperTools": "never",
            "hideClientButton": true,
            "hideModels": true,
            "defaultOpenAllTags": true
          }'></script>
          <script src="{{Path}}/scalar.js"></script>
        </body>
        </html>
        """;

    const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => TypedResults.Redirect(Path)).ExcludeFromDescription();
        routes.MapGet(Path, Show).ExcludeFromDescription();
        // Of what Scalar maps there, its files: its own page has a script inline, and shows whatever document a path names.
        routes.MapScalarApiReference(Path).Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.Parameters.Count: > 0 })
            {
                endpoint.Metadata.Add(new SuppressMatchingMetadata());
            }
        });
    }

    static ContentHttpResult Show(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Content(Html, "text/html; charset=utf-8");
    }
}
