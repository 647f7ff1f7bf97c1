using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary><c>GET /metrics</c>, as Prometheus text or OpenMetrics.</summary>
static class MetricsPage
{
    // The API explorer knows an endpoint by its method, and the library's has none.
    static readonly Action Export = () => { };

    static readonly SemaphoreSlim Turn = new(1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMetrics()
        .WithName("getMetrics")
        .WithSummary("Metrics")
        .WithDescription("As Prometheus text or OpenMetrics, by Accept.")
        .WithMetadata(
            // It would answer every method otherwise.
            new HttpMethodMetadata([HttpMethods.Get]),
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain", "application/openmetrics-text"]),
            Export.Method)
        .Add(endpoint => endpoint.RequestDelegate = OneAtATime(endpoint.RequestDelegate!));

    /// <summary>
    /// Makes pages one after the other, so that what is set for a page stands in it: sums over several series hold on every page. It is made in
    /// memory, so that nobody waits for a reader that is slow.
    /// </summary>
    static RequestDelegate OneAtATime(RequestDelegate makePage) => async http =>
    {
        var (body, page) = (http.Response.Body, new MemoryStream());
        http.Response.Headers.Vary = HeaderNames.Accept;
        await Turn.WaitAsync(http.RequestAborted);
        try
        {
            http.Response.Body = page;
            await makePage(http);
        }
        finally
        {
            http.Response.Body = body;
            Turn.Release();
        }

        await body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), http.RequestAborted);
    };
}
