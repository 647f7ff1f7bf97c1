using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Shop.Shared.Hosting;

/// <summary>Which pages of other origins a browser lets read and write here, and which headers they may send and see (Fetch standard).</summary>
static class Cors
{
    /// <summary>Allows every origin.</summary>
    public const string AnyOrigin = "*";

    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    static readonly string[] Allowed =
        [HeaderNames.ContentType, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, "Idempotency-Key", HeaderNames.TraceParent];

    static readonly string[] Exposed =
        [HeaderNames.ETag, HeaderNames.Link, HeaderNames.Location, "X-Trace-Id", "Idempotent-Replayed", HeaderNames.RetryAfter];

    // The longest for which Chromium remembers the answer to a preflight request.
    static readonly TimeSpan MaxAge = TimeSpan.FromHours(2);

    /// <param name="cors">The options to set.</param>
    /// <param name="origins">The origins allowed; <c>*</c> for any.</param>
    public static void Configure(CorsOptions cors, IReadOnlyList<string> origins) => cors.AddDefaultPolicy(policy => policy
        .WithOrigins([.. origins])
        .WithMethods(Methods)
        .WithHeaders(Allowed)
        .WithExposedHeaders(Exposed)
        .SetPreflightMaxAge(MaxAge));
}
