using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Shop.Shared.Telemetry;

/// <summary>One log line a request, and the trace id that joins the two: the header <c>X-Trace-Id</c> of every answer.</summary>
static partial class AccessLog
{
    public static void Use(IApplicationBuilder app, ILogger log) => app.Use(async (http, next) =>
    {
        // The server's activity takes up the trace of a valid traceparent, or begins one (W3C Trace Context). Set at the last moment, since
        // an error clears the headers that were there before it.
        var traceId = Activity.Current!.TraceId.ToHexString();
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["X-Trace-Id"] = traceId;
            return Task.CompletedTask;
        });
        var (method, began) = (http.Request.Method, Stopwatch.GetTimestamp());
        await next(http);
        var milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Answered(log, method, http.Request.Path, http.Response.StatusCode, milliseconds);
    });

    [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status} {Milliseconds:0.0} ms")]
    static partial void Answered(ILogger log, string method, string path, int status, double milliseconds);
}
