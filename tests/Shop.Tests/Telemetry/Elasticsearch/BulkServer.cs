using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>
/// What Elasticsearch's <c>_bulk</c> is for those who write to a data stream, and as strict: what it would refuse is refused, and noted in
/// <see cref="Complaints"/>.
/// </summary>
sealed class BulkServer : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, JsonElement> documents = new();
    readonly ConcurrentQueue<string> complaints = new();
    readonly ConcurrentQueue<BulkRequest> requests = new();
    readonly X509Certificate2? certificate;
    readonly int port = Loopback.FreePort();
    WebApplication? app;

    BulkServer(X509Certificate2? certificate) => this.certificate = certificate;

    public Uri Address => new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}");

    /// <summary>What was indexed, by the ids.</summary>
    public IReadOnlyDictionary<string, JsonElement> Documents => documents;

    /// <summary>What a client did that Elasticsearch does not allow.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public IReadOnlyCollection<BulkRequest> Requests => requests;

    /// <summary>The header that lets one in, or null where anybody is.</summary>
    public string? Authorization { get; set; }

    /// <summary>As Elasticsearch's <c>http.max_content_length</c>, which counts what a body unpacks to.</summary>
    public int MaxContentLength { get; set; } = 100 << 20;

    /// <summary>What happens to a request instead of what should, or before; true where it was answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>What happens after a request was done and before it is answered.</summary>
    public Func<HttpContext, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>A status for a document that is not to be indexed; 0 for one that is.</summary>
    public Func<JsonElement, int> Refuse { get; set; } = _ => 0;

    /// <summary>What is then said to be wrong with it.</summary>
    public string ErrorType { get; set; } = "some_exception";

    public static async Task<BulkServer> Start(X509Certificate2? certificate = null)
    {
        var server = new BulkServer(certificate);
        await server.BringBack();
        return server;
    }

    /// <summary>From now on connections are refused, and those that are there break.</summary>
    public async Task TakeAway()
    {
        using var atOnce = new CancellationTokenSource(0);
        await app!.StopAsync(atOnce.Token);
        await app.DisposeAsync();
        app = null;
    }

    /// <summary>It listens, with all documents that it had.</summary>
    public async Task BringBack()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        app = builder.Build();
        app.Run(Answer);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await TakeAway();
        }
    }

    async Task Answer(HttpContext http)
    {
        var body = await Unpacked(http.Request);
        requests.Enqueue(new(DateTime.UtcNow, http.Request.Headers.Authorization.ToString(), body.Length));
        if (await Before(http))
        {
            return;
        }

        if (Authorization is not null && http.Request.Headers.Authorization != Authorization)
        {
            await Say(http, 401, """{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}""");
            return;
        }

        if (body.Length > MaxContentLength)
        {
            // Its body is empty.
            http.Response.StatusCode = 413;
            return;
        }

        if (FaultOf(http.Request, body) is { } fault)
        {
            complaints.Enqueue(fault);
            await Say(http, 400, JsonSerializer.Serialize(new { error = new { type = "illegal_argument_exception", reason = fault }, status = 400 }));
            return;
        }

        var items = Index(body).ToArray();
        await After(http);
        await Say(http, 200, JsonSerializer.Serialize(new { took = 1, errors = items.Any(item => item.Status >= 300), items = items.Select(Item) }));
    }

    object Item((int Status, string Id) item) => new
    {
        create = item.Status < 300
            ? (object)new { status = item.Status }
            : new { status = item.Status, error = new { type = ErrorType, reason = $"{item.Id} is refused" } },
    };

    static async Task Say(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=UTF-8";
        await http.Response.WriteAsync(json);
    }

    static async Task<byte[]> Unpacked(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    static string? FaultOf(HttpRequest request, byte[] body) =>
        request.Method is not ("POST" or "PUT") ? $"method {request.Method}"
        : request.Path != "/_bulk" ? $"path {request.Path}"
        : request.ContentType is not ("application/x-ndjson" or "application/json") ? $"content type {request.ContentType}"
        : body.Length == 0 ? "request body is required"
        : body[^1] != '\n' ? "The bulk request must be terminated by a newline [\\n]"
        : Encoding.UTF8.GetString(body).Split('\n').Length % 2 == 0 ? "an action without a source"
        : null;

    IEnumerable<(int Status, string Id)> Index(byte[] body)
    {
        foreach (var pair in Encoding.UTF8.GetString(body).TrimEnd('\n').Split('\n').Chunk(2))
        {
            yield return Index(pair[0], pair[1]);
        }
    }

    (int Status, string Id) Index(string action, string source)
    {
        var create = Parse(action)?.EnumerateObject().ToArray() is [{ Name: "create" } only] ? only.Value : default;
        if (create.ValueKind != JsonValueKind.Object || create.EnumerateObject().Any(member => member.Name is not ("_index" or "_id")))
        {
            complaints.Enqueue($"only write ops with an op_type of create are allowed in data streams: {action}");
            return (400, "");
        }

        var id = create.GetProperty("_id").GetString()!;
        if (create.GetProperty("_index").GetString() != "logs-shop-default" || id.Length is 0 or > 512)
        {
            complaints.Enqueue($"no such index, or a wrong id: {action}");
            return (404, id);
        }

        if (Parse(source) is not { } document || !document.TryGetProperty("@timestamp", out var time) || !time.TryGetDateTime(out _))
        {
            complaints.Enqueue($"no document with a timestamp: {source}");
            return (400, id);
        }

        return Refuse(document) is > 0 and var status ? (status, id) : documents.TryAdd(id, document) ? (201, id) : (409, id);
    }

    static JsonElement? Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A request that has come.</summary>
/// <param name="Bytes">Of its body, unpacked.</param>
sealed record BulkRequest(DateTime At, string Authorization, int Bytes);
