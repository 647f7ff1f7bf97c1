using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace Shop.Shared.Telemetry;

/// <summary>The header <c>X-Trace-Id</c> of every answer: the id that stands in the log lines of the request too.</summary>
static class TraceId
{
    public static void Use(IApplicationBuilder app) => app.Use((http, next) =>
    {
        // The server's activity takes up the trace of a valid traceparent, or begins one (W3C Trace Context).
        var traceId = Activity.Current!.TraceId.ToHexString();
        // Not before the answer starts: that of an exception begins by clearing the headers.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["X-Trace-Id"] = traceId;
            return Task.CompletedTask;
        });
        return next(http);
    });
}
