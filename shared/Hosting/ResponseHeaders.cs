using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

/// <summary>
/// Headers of every response: the trace id, how long caches may keep it, that its media type is as declared, and, while the host stops, that the
/// connection closes.
/// </summary>
/// <param name="stop">Whether the host stops.</param>
/// <param name="varyByOrigin">Whether CORS allows a list of origins: a cache must not answer one origin with the response to another.</param>
sealed class ResponseHeaders(StopSignal stop, bool varyByOrigin)
{
    public void Use(IApplicationBuilder app)
    {
        Func<object, Task> set = http => Set((HttpContext)http);
        app.Use((http, next) =>
        {
            // Not before the response starts: that of an exception begins by clearing the headers.
            http.Response.OnStarting(set, http);
            return next(http);
        });
    }

    Task Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        // The server's activity continues the trace of a valid traceparent, or begins one (W3C Trace Context).
        headers[AnswerHeaders.TraceId] = Activity.Current!.TraceId.ToHexString();
        headers.XContentTypeOptions = "nosniff";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = CacheControl(http);
        }

        // The CORS middleware adds it only to responses to a request with an Origin.
        if (varyByOrigin && !headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin))
        {
            headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Origin);
        }

        if (stop.Asked.IsCancellationRequested)
        {
            headers.Connection = "close";
        }

        return Task.CompletedTask;
    }

    // A response to a read may be stored, and must be revalidated before it is used again (RFC 9111, section 5.2.2.4).
    static string CacheControl(HttpContext http) =>
        http.Response.StatusCode >= StatusCodes.Status400BadRequest || !HttpMethods.IsGet(http.Request.Method) ? "no-store"
        : http.GetEndpoint()?.Metadata.GetMetadata<PersonalData>() is not null ? "private, no-cache"
        : "no-cache";
}
