using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NLog;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// One log line a request, with what an operator looks for: method, path, status, duration, and the ids of what it was about. Writes, errors and
/// slow requests always have theirs; plain reads that went well have a budget, so that a load of them does not drown the rest.
/// </summary>
public static class AccessLog
{
    static readonly Logger Log = LogManager.GetLogger("Shop.AccessLog");

    static readonly Counter LeftOut = Metrics.CreateCounter(
        "shop_logs_left_out_total", "Plain successful reads that have no log line because the budget for them was used up.");

    /// <summary>Adds the id of an order, product or user to the request's line. No names and no addresses: they are personal data.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">One of <c>order_id</c>, <c>product_id</c>, <c>user_id</c>.</param>
    /// <param name="id">The id.</param>
    public static void Note(this HttpContext http, string name, long id) => http.Items[new Noted(name)] = id;

    internal static void Use(WebApplication app, AccessLogOptions options)
    {
        LeftOut.Publish();
        var (budget, paths) = (Budget(options.ReadsPerSecond), new ShownPath(app));
        app.Use(async (http, next) =>
        {
            var (method, began) = (RequestMetrics.KnownMethod(http.Request.Method), Stopwatch.GetTimestamp());
            try
            {
                await next(http);
            }
            // Also what fails when its answer is half sent.
            finally
            {
                var duration = Stopwatch.GetElapsedTime(began);
                if (IsPlainRead(method, http.Response.StatusCode) && duration < options.Slow && !HasToken(budget))
                {
                    LeftOut.Inc(Exemplar.None);
                }
                else
                {
                    Log.Log(Line(http, method, paths.Of(http.Request.Path.Value ?? ""), duration));
                }
            }
        });
    }

    /// <summary>Returns a bucket that holds the tokens of one second, or null if no plain read is logged: a bucket holds at least one token.</summary>
    static TokenBucketRateLimiter? Budget(int readsPerSecond) => readsPerSecond == 0 ? null : new(new()
    {
        TokenLimit = readsPerSecond,
        TokensPerPeriod = readsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        // The limiter's timer would add the tokens of a second at once, so that the log showed only the first reads of each second.
        AutoReplenishment = false,
    });

    static bool HasToken(TokenBucketRateLimiter? budget)
    {
        if (budget is null)
        {
            return false;
        }

        // Adds the tokens for the time that has passed since the last call.
        budget.TryReplenish();
        using var lease = budget.AttemptAcquire();
        return lease.IsAcquired;
    }

    static bool IsPlainRead(string method, int status) =>
        status < StatusCodes.Status400BadRequest && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method));

    static LogEventInfo Line(HttpContext http, string method, string path, TimeSpan duration)
    {
        var status = http.Response.StatusCode;
        var line = new LogEventInfo(
            status >= StatusCodes.Status500InternalServerError ? LogLevel.Warn : LogLevel.Info,
            Log.Name,
            string.Create(CultureInfo.InvariantCulture, $"{method} {path} {status} {duration.TotalMilliseconds:0.0} ms"));
        line.Properties["method"] = method;
        line.Properties["path"] = path;
        line.Properties["status"] = status;
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

/// <summary>Which requests have a line.</summary>
/// <param name="ReadsPerSecond">So many plain successful reads a second.</param>
/// <param name="Slow">A request that takes as long has one always.</param>
sealed record AccessLogOptions(int ReadsPerSecond, TimeSpan Slow);
