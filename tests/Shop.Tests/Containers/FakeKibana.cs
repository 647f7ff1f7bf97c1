using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Shop.Tests.Containers;

/// <summary>
/// The few endpoints of Kibana 8 that <c>import.sh</c> asks, as strict as Kibana: it takes nothing while it starts, nothing that changes it without
/// the header <c>kbn-xsrf</c>, and no objects but as a file of the right ending.
/// </summary>
sealed class FakeKibana : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly Task serving;
    readonly ConcurrentQueue<string> requests = new();

    public FakeKibana()
    {
        Address = $"http://127.0.0.1:{Loopback.FreePort()}";
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        serving = Serve();
    }

    public string Address { get; }

    /// <summary>How often it says that it is not there yet.</summary>
    public int NotYet { get; set; }

    /// <summary>Whether it takes the objects.</summary>
    public bool Refuses { get; init; }

    /// <summary>Whether it fails at everything that changes it.</summary>
    public bool Fails { get; init; }

    /// <summary>What somebody has chosen in its settings.</summary>
    public string DefaultRoute { get; set; } = "";

    public string DefaultView { get; private set; } = "";

    /// <summary>What was imported last.</summary>
    public string Objects { get; private set; } = "";

    /// <summary>What was asked, beside its status.</summary>
    public IEnumerable<string> Requests => requests;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        listener.Close();
    }

    async Task Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                var http = await listener.GetContextAsync();
                using var reader = new StreamReader(http.Request.InputStream);
                var (status, answer) = Answer(http.Request, await reader.ReadToEndAsync());
                http.Response.StatusCode = status;
                http.Response.ContentType = "application/json";
                http.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: true);
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
            {
                // It is stopped, or the client has gone.
            }
        }
    }

    (int Status, string Answer) Answer(HttpListenerRequest request, string body)
    {
        var asked = $"{request.HttpMethod} {request.RawUrl}";
        if (asked == "GET /api/status")
        {
            return NotYet-- > 0
                ? (503, """{"status":{"overall":{"level":"unavailable"},"core":{"elasticsearch":{"level":"available"}}}}""")
                : (200, """{"status":{"overall":{"level":"available"}}}""");
        }

        requests.Enqueue(asked);
        var changes = request.HttpMethod == "POST";
        return 0 switch
        {
            _ when NotYet >= 0 => (503, "Kibana server is not ready yet"),
            _ when changes && request.Headers["kbn-xsrf"] is null => (400, """{"message":"Request must contain a kbn-xsrf header."}"""),
            _ when changes && Fails => (500, """{"message":"out of order"}"""),
            _ => asked switch
            {
                "POST /api/saved_objects/_import?overwrite=true" => Import(request, body),
                "POST /api/data_views/default" when IsJson(request) => SetView(body),
                "POST /api/kibana/settings" when IsJson(request) => SetRoute(body),
                "GET /api/kibana/settings" => (200, DefaultRoute.Length == 0
                    ? """{"settings":{"buildNum":{"userValue":1}}}"""
                    : $$$$"""{"settings":{"defaultRoute":{"userValue":"{{{{DefaultRoute}}}}"}}}"""),
                _ => (404, """{"message":"Not Found"}"""),
            },
        };
    }

    (int Status, string Answer) Import(HttpListenerRequest request, string body)
    {
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.Ordinal) != true
            || !body.Contains("name=\"file\"; filename=\"objects.ndjson\"", StringComparison.Ordinal))
        {
            return (400, """{"message":"Invalid file extension"}""");
        }

        if (Refuses)
        {
            return (200, """{"successCount":4,"success":false,"errors":[{"id":"shop-errors","error":{"type":"missing_references"}}]}""");
        }

        Objects = body;
        return (200, """{"successCount":5,"success":true}""");
    }

    (int Status, string Answer) SetView(string body)
    {
        var asked = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        if (DefaultView.Length == 0 || (bool)asked["force"]!)
        {
            DefaultView = (string)asked["data_view_id"]!;
        }

        return (200, """{"acknowledged":true}""");
    }

    (int Status, string Answer) SetRoute(string body)
    {
        DefaultRoute = (string)System.Text.Json.Nodes.JsonNode.Parse(body)!["changes"]!["defaultRoute"]!;
        return (200, """{"settings":{}}""");
    }

    static bool IsJson(HttpListenerRequest request) => request.ContentType == "application/json";
}
