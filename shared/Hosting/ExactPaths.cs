using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Shop.Shared.Hosting;

/// <summary>
/// Takes a path as it is written: with its case (RFC 3986, section 6.2.2.1) and its end. Routing takes <c>/Products</c> and <c>/products/</c> for
/// <c>/products</c>, and everything would have several addresses.
/// </summary>
static class ExactPaths
{
    public static void Use(WebApplication app)
    {
        // Endpoints are mapped later; the first request finds them all.
        var patterns = new Lazy<string[][]>(() =>
        [
            .. ((IEndpointRouteBuilder)app).DataSources
                .SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
                .Select(endpoint => endpoint.RoutePattern.RawText!.Trim('/'))
                .Distinct()
                .Select(pattern => pattern.Split('/')),
        ]);
        app.Use((http, next) => IsKnown(http.Request.Path.Value, patterns.Value) ? next(http) : new NotFound().ExecuteAsync(http));
    }

    static bool IsKnown(string? path, string[][] patterns)
    {
        foreach (var pattern in path is ['/', ..] ? patterns : [])
        {
            if (Fits(path.AsSpan(1), pattern))
            {
                return true;
            }
        }

        return false;
    }

    static bool Fits(ReadOnlySpan<char> path, string[] pattern)
    {
        var position = 0;
        foreach (var range in path.Split('/'))
        {
            if (position == pattern.Length)
            {
                return false;
            }

            var segment = path[range];
            var wanted = pattern[position++];
            if (wanted.StartsWith('{') ? segment.IsEmpty : !segment.SequenceEqual(wanted))
            {
                return false;
            }
        }

        return position == pattern.Length;
    }
}
