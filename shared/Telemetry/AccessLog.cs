using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NLog;

namespace Shop.Shared.Telemetry;

/// <summary>One log line a request, with what an operator looks for: method, route, status, duration, and the ids of what it was about.</summary>
public static class AccessLog
{
    static readonly Logger Log = LogManager.GetLogger("Shop.AccessLog");

    /// <summary>Adds the id of an order, product or user to the request's line. No names and no addresses: they are personal data.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">One of <c>order_id</c>, <c>product_id</c>, <c>user_id</c>.</param>
    /// <param name="id">The id.</param>
    public static void Note(this HttpContext http, string name, long id) => http.Items[new Noted(name)] = id;

    internal static void Use(IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var (method, began) = (http.Request.Method, Stopwatch.GetTimestamp());
        await next(http);
        Log.Log(Line(http, method, Stopwatch.GetElapsedTime(began)));
    });

    static LogEventInfo Line(HttpContext http, string method, TimeSpan duration)
    {
        var status = http.Response.StatusCode;
        var line = new LogEventInfo(
            status >= StatusCodes.Status500InternalServerError ? LogLevel.Warn : LogLevel.Info,
            Log.Name,
            null,
            "{method} {path} {status} {milliseconds:0.0} ms",
            [method, http.Request.Path.Value, status, duration.TotalMilliseconds]);
        line.Properties["route"] = RouteOf.Request(http).Route;
        // Nanoseconds, as ECS has it.
        line.Properties["duration"] = (long)(duration.TotalMicroseconds * 1000);
        foreach (var (key, value) in http.Items)
        {
            if (key is Noted noted)
            {
                line.Properties[noted.Name] = value;
            }
        }

        return line;
    }

    sealed record Noted(string Name);
}
