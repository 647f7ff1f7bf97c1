using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Shared.Hosting;

/// <summary>An error as the client sees it: <c>application/problem+json</c> of RFC 9457, with a stable <c>code</c> for programs.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The same for every occurrence of this kind of error, and stable.</param>
/// <param name="title">A few words for people, the same for every occurrence.</param>
/// <param name="detail">What happened this time. Never an exception's text, SQL or a host's name.</param>
public abstract class Problem(int status, string code, string title, string detail) : IResult
{
    /// <summary>The media type of every error.</summary>
    internal const string MediaType = "application/problem+json";

    // Where RFC 9110 defines each status.
    static readonly FrozenDictionary<int, string> Sections = new Dictionary<int, string>
    {
        [400] = "15.5.1",
        [404] = "15.5.5",
        [405] = "15.5.6",
        [409] = "15.5.10",
        [412] = "15.5.13",
        [413] = "15.5.14",
        [415] = "15.5.16",
        [422] = "15.5.21",
        [500] = "15.6.1",
        [503] = "15.6.4",
    }.ToFrozenDictionary();

    /// <summary>The HTTP status that this kind of error always has.</summary>
    public int Status => status;

    /// <summary>The stable name of this kind of error.</summary>
    public string Code => code;

    /// <summary>A few words for people, the same for every occurrence.</summary>
    public string Title => title;

    /// <summary>Members that this kind of error adds.</summary>
    internal IReadOnlyDictionary<string, object> Members { get; private protected init; } = FrozenDictionary<string, object>.Empty;

    /// <summary>Seconds after which trying again may succeed, or none: the <c>Retry-After</c> header.</summary>
    internal int? RetryAfter { get; private protected init; }

    /// <summary>Writes the answer.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var answer = httpContext.Response;
        answer.StatusCode = status;
        if (RetryAfter is { } seconds)
        {
            answer.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var document = Details(Activity.Current?.TraceId.ToHexString());
        return answer.WriteAsJsonAsync(document, options: null, contentType: MediaType);
    }

    /// <summary>The body of the answer.</summary>
    internal ProblemDetails Details(string? traceId)
    {
        var document = new ProblemDetails
        {
            Type = $"https://tools.ietf.org/html/rfc9110#section-{Sections[status]}",
            Title = title,
            Status = status,
            Detail = detail,
            Extensions =
            {
                ["code"] = code,
                ["error"] = detail,
                ["trace_id"] = traceId,
            },
        };
        foreach (var (name, value) in Members)
        {
            document.Extensions.Add(name, value);
        }

        return document;
    }
}
