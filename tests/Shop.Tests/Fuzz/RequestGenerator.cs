using System.Text;
using System.Text.Json;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Fuzz;

/// <summary>Draws requests from what a host says of its interface: most of them nearly right, so that they get far.</summary>
/// <param name="document">What the host says.</param>
/// <param name="random">Where chance comes from; the same seed draws the same requests.</param>
sealed class RequestGenerator(InterfaceDocument document, Random random)
{
    static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get", "Post", "M-SEARCH"];

    static readonly string[] ContentTypes =
    [
        "text/plain", "application/json; charset=utf-8", "application/json;charset=\"utf-16\"", "APPLICATION/JSON", "application/problem+json", "application/x-www-form-urlencoded",
        "application/json, text/plain", "application/json;", "json", "*/*", "application/", "",
    ];

    static readonly string[] HeaderValues =
    [
        "\"1\"", "\"2\"", "*", "W/\"1\"", "\"1\", \"2\"", "\"", "1", "", "key", "a key", "key\u00e9", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-0-0-0",
        "null", "\t", "x, y", ";;;", "%00", "gzip", "bytes=0-1", "application/json;q=0.5, */*;q=0", "Thu, 01 Jan 1970 00:00:00 GMT", "100-continue",
    ];

    static readonly string[] OtherHeaders =
        ["Accept", "Accept-Encoding", "Accept-Language", "Accept-Charset", "Range", "If-Modified-Since", "If-Range", "Cookie", "Origin", "Referer", "User-Agent", "X-Forwarded-For", "X-HTTP-Method-Override", "Content-Encoding", "Prefer", "tracestate", "baggage", "X-Unknown"];

    readonly OddValues values = new(random);

    public FuzzedRequest Next()
    {
        var operation = values.Any(document.Operations);
        var method = values.OneIn(12) ? values.Any(Methods) : operation.Method;
        return new(method, Path(operation), Query(operation), [.. Headers(operation)], Body(operation));
    }

    string Path(DescribedOperation operation)
    {
        var path = operation.Route.Replace("{id}", values.Id(), StringComparison.Ordinal);
        return random.Next(30) switch
        {
            0 => path + "/",
            1 => path + values.Any(new[] { "/x", "//", "/%20", ";x=1", "/..", ".json", "%20", "/status" }),
            2 => path.ToUpperInvariant(),
            3 => "/" + path,
            _ => path,
        };
    }

    string Query(DescribedOperation operation)
    {
        var pairs = new List<string>();
        foreach (var parameter in Parameters(operation, "query"))
        {
            for (var times = random.Next(12) switch { 0 => 2, < 6 => 1, _ => 0 }; times > 0; times--)
            {
                pairs.Add($"{parameter.GetProperty("name").GetString()}={values.Parameter(parameter.GetProperty("schema"), document.Schema.Resolve)}");
            }
        }

        if (values.OneIn(10))
        {
            pairs.Insert(random.Next(pairs.Count + 1), values.Any(new[] { "unknown=1", "=", "&", "a", "%00=%00", "%ff", "limit[]=1", "?", "LIMIT=x", "utm_source=%zz" }));
        }

        return pairs.Count > 0 ? "?" + string.Join('&', pairs) : "";
    }

    IEnumerable<string> Headers(DescribedOperation operation)
    {
        if (HasBody(operation) || values.OneIn(5))
        {
            yield return $"Content-Type: {(values.OneIn(12) ? values.Any(ContentTypes) : "application/json")}";
        }

        foreach (var parameter in Parameters(operation, "header").Where(_ => values.OneIn(4)))
        {
            yield return $"{parameter.GetProperty("name").GetString()}: {values.Any(HeaderValues)}";
        }

        if (values.OneIn(6))
        {
            yield return $"{values.Any(OtherHeaders)}: {values.Any(HeaderValues)}";
        }
    }

    byte[] Body(DescribedOperation operation)
    {
        if (!HasBody(operation))
        {
            return values.OneIn(10) ? Encoding.UTF8.GetBytes(values.Text().Replace("\ud800", "", StringComparison.Ordinal)) : [];
        }

        var schema = document.Schema.Resolve(operation.Description.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
        var members = new List<string>();
        foreach (var member in schema.GetProperty("properties").EnumerateObject())
        {
            for (var times = random.Next(16) switch { 0 => 2, 1 => 0, _ => 1 }; times > 0; times--)
            {
                members.Add($"{values.Quoted(member.Name)}: {values.Json(member.Value, document.Schema.Resolve)}");
            }
        }

        if (values.OneIn(8))
        {
            members.Add($"{values.Quoted(values.Text())}: {values.Json(schema, document.Schema.Resolve)}");
        }

        var body = Encoding.UTF8.GetBytes($"{{{string.Join(", ", members.OrderBy(_ => random.Next()))}}}");
        return random.Next(12) switch
        {
            0 => body[..random.Next(body.Length + 1)],
            1 => [.. body, .. Encoding.UTF8.GetBytes(values.Any(new[] { "x", "{}", "\n", " ", "\u0000" }))],
            2 => Changed(body),
            _ => body,
        };
    }

    byte[] Changed(byte[] body)
    {
        body[random.Next(body.Length)] = (byte)random.Next(256);
        return body;
    }

    static bool HasBody(DescribedOperation operation) => operation.Description.TryGetProperty("requestBody", out _);

    IEnumerable<JsonElement> Parameters(DescribedOperation operation, string place) =>
        operation.Description.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Select(document.Schema.Resolve).Where(parameter => parameter.GetProperty("in").GetString() == place)
            : [];
}
