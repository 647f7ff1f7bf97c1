using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>Rate, errors and duration of requests, by module and route.</summary>
static class RequestMetrics
{
    static readonly Counter Requests = Metrics.CreateCounter(
        "http_requests_received_total", "Requests answered.", ["module", "route", "method", "code"]);

    // The status stands on the counter alone: here it would multiply the buckets.
    static readonly Histogram Duration = Metrics.CreateHistogram(
        "http_request_duration_seconds", "Time from the request's head to the end of its answer.", ["module", "route", "method"],
        new HistogramConfiguration { Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    static readonly Gauge InFlight = Metrics.CreateGauge("http_requests_in_progress", "Requests not yet answered.");

    public static void Use(IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var (method, began) = (Label(http.Request.Method), Stopwatch.GetTimestamp());
        try
        {
            using (InFlight.TrackInProgress())
            {
                await next(http);
            }
        }
        // Also what fails when its answer is half sent, for which nobody can answer any more.
        finally
        {
            Count(http, method, Stopwatch.GetElapsedTime(began));
        }
    });

    /// <summary>
    /// Has the counters of what may fail there, at zero, before it does: of one that appears with its first failures, these are no increase.
    /// </summary>
    /// <param name="routes">All that the host answers, complete.</param>
    public static void Begin(IEndpointRouteBuilder routes)
    {
        foreach (var route in routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(route => RouteOf.Module(route) != RouteOf.Host))
        {
            foreach (var method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)
            {
                foreach (var failure in new[] { StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable })
                {
                    Requests.WithLabels(RouteOf.Module(route), route.RoutePattern.RawText!, Label(method), Code(failure));
                }
            }
        }
    }

    /// <summary>The method, or <c>other</c>: a client may make up methods without end, and each would be a series, or a name in the log.</summary>
    public static string KnownMethod(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? method : "other";

    // HEAD is the work of GET (RFC 9110, section 9.3.2).
    static string Label(string method) => method == "HEAD" ? "GET" : KnownMethod(method);

    static void Count(HttpContext http, string method, TimeSpan duration)
    {
        var (module, route) = RouteOf.Request(http);
        Requests.WithLabels(module, route, method, Code(http.Response.StatusCode)).Inc();
        // What is nobody's work takes no time worth knowing, and would be a third of all series.
        if (module != RouteOf.None)
        {
            Duration.WithLabels(module, route, method).Observe(duration.TotalSeconds);
        }
    }

    static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);
}
