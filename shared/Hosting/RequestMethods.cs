using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Shop.Shared.Hosting;

/// <summary>
/// Routes <c>HEAD</c> to the endpoint of <c>GET</c> (RFC 9110, section 9.3.2). The server omits the body. <see cref="Faults"/> adds <c>HEAD</c> to
/// the <c>Allow</c> header of a 405.
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

        return next(http);
    });
}
