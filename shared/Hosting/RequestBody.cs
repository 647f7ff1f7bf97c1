using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Shop.Shared.Hosting;

/// <summary>Reads and judges what a client has sent.</summary>
public static partial class RequestBody
{
    /// <summary>The largest body that is read, in bytes.</summary>
    public const int MaxBytes = 65_536;

    const string Identity = "identity";

    // RFC 8259, section 8.1, lets a parser ignore it.
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Reads the body as JSON and validates it, faults in the order that the interface promises: 415, 413, <c>malformed_json</c>, then
    /// all faults of the members at once.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="validator">What must be true of the request.</param>
    /// <param name="complete">Adds what the request says elsewhere, in its headers, before it is validated.</param>
    /// <returns>The valid request, or what is wrong with it; the other is null.</returns>
    public static async ValueTask<(T? Request, InvalidRequest? Refusal)> Read<T>(
        this HttpContext http, IValidator<T> validator, Func<T, T>? complete = null)
        where T : class
    {
        if (!IsJson(http.Request.ContentType))
        {
            return (null, InvalidRequest.UnsupportedMediaType);
        }

        if (!IsIdentity(http.Request.Headers.ContentEncoding))
        {
            http.Response.Headers.AcceptEncoding = Identity;
            return (null, InvalidRequest.UnsupportedContentEncoding);
        }

        var (request, refusal) = await ReadJson<T>(http);
        if (request is null)
        {
            return (null, refusal);
        }

        request = complete is null ? request : complete(request);
        var verdict = validator.Validate(request);
        return verdict.IsValid ? (request, null) : (null, InvalidRequest.Invalid(new(verdict.ToDictionary())));
    }

    // A parameter may be empty (RFC 9110, section 5.6.6), which the parser does not know.
    static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(EmptyParameter().Replace(contentType ?? "", ""), out var parsed)
        && "application/json".Equals(parsed.MediaType, StringComparison.OrdinalIgnoreCase);

    static bool IsIdentity(StringValues contentEncoding) => contentEncoding.All(
        value => value!.Split(',').All(coding => coding.Trim() is "" || Identity.Equals(coding.Trim(), StringComparison.OrdinalIgnoreCase)));

    static async ValueTask<(T? Request, InvalidRequest? Refusal)> ReadJson<T>(HttpContext http)
        where T : class
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            return (null, InvalidRequest.PayloadTooLarge);
        }

        var reader = http.Request.BodyReader;
        try
        {
            var body = await reader.ReadAtLeastAsync(MaxBytes + 1, http.RequestAborted);
            while (body.IsCanceled)
            {
                // The server wakes its readers when it is told to stop; what is in flight goes on.
                reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
                body = await reader.ReadAtLeastAsync(MaxBytes + 1, http.RequestAborted);
            }

            try
            {
                return body.Buffer.Length > MaxBytes ? (null, InvalidRequest.PayloadTooLarge)
                    : Parse<T>(body.Buffer, http) is { } request ? (request, null)
                    : (null, InvalidRequest.MalformedJson);
            }
            finally
            {
                reader.AdvanceTo(body.Buffer.End);
            }
        }
        // Cut off, or in chunks that are none: all of Kestrel's complaints about the message are of this kind.
        catch (IOException)
        {
            return (null, InvalidRequest.MalformedJson);
        }
    }

    static T? Parse<T>(ReadOnlySequence<byte> body, HttpContext http)
        where T : class
    {
        var json = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (json.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }

        // The reader does not look into what it skips, so the encoding is judged over the whole body first.
        if (!Utf8.IsValid(json))
        {
            return null;
        }

        try
        {
            var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            return (T?)JsonSerializer.Deserialize(json, options.GetTypeInfo(typeof(T)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@";[ \t]*(?=;|$)")]
    private static partial Regex EmptyParameter();
}
