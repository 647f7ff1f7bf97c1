using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Shop.Shared.Hosting;

/// <summary>
/// Lets <c>HEAD</c> be answered by the endpoint of <c>GET</c> (RFC 9110, section 9.3.2), and <c>Allow</c> say so. The server leaves the
/// body out by itself.
/// </summary>
static class RequestMethods
{
    public static void Use(IApplicationBuilder app) => app.Use((http, next) =>
    {
        var method = http.Request.Method;
        if (HttpMethods.GetCanonicalizedValue(method) != method)
        {
            // Methods are case-sensitive (RFC 9110, section 9.1), but routing takes "get" for GET.
            http.Request.Method = $"no-{method}";
        }
        else if (HttpMethods.IsHead(method))
        {
            http.Request.Method = HttpMethods.Get;
        }

        http.Response.OnStarting(() =>
        {
            var allow = http.Response.Headers.Allow.ToString().Split(", ", StringSplitOptions.RemoveEmptyEntries);
            if (allow.Contains(HttpMethods.Get))
            {
                http.Response.Headers.Allow = string.Join(", ", allow.Append(HttpMethods.Head));
            }

            return Task.CompletedTask;
        });
        return next(http);
    });
}
