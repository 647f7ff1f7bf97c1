using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Running;

/// <summary>What a client sees of an answer.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Text)
{
    /// <summary>The body, which must be JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The problem's code, or null where the answer is none.</summary>
    public string? Code => ContentHeaders.ContentType?.MediaType == "application/problem+json" ? Json.GetProperty("code").GetString() : null;

    /// <summary>The trace that the answer says it belongs to, or null where it says nothing.</summary>
    public string? TraceId => Headers.TryGetValues("X-Trace-Id", out var values) ? values.Single() : null;

    /// <summary>The names of the members at fault, in a problem of validation.</summary>
    public IEnumerable<string> Faults => Json.GetProperty("errors").EnumerateObject().Select(member => member.Name);

    public override string ToString() => $"{(int)Status} {Text}";
}

/// <summary>Requests as a client writes them.</summary>
public static class Requests
{
    public static Task<Answer> Get(this HttpClient client, string path) =>
        client.Ask(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts a body as it stands, as <c>application/json</c>.</summary>
    public static Task<Answer> Post(this HttpClient client, string path, string body, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, path, body, headers);

    /// <summary>Sends any request, with a body as <c>application/json</c> or without one.</summary>
    public static Task<Answer> Send(
        this HttpClient client, HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.Ask(request);
    }

    /// <summary>Asks for an order.</summary>
    public static Task<Answer> Order(
        this HttpClient client, int user, int product, int quantity = 1, string? key = null, CancellationToken cancelled = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/orders")
        {
            Content = new StringContent(
                $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": {{quantity}}}""", Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return client.Ask(request, cancelled);
    }

    /// <summary>Asks for a step in an order's life.</summary>
    public static Task<Answer> PutStatus(this HttpClient client, long order, string status) =>
        client.Ask(new HttpRequestMessage(HttpMethod.Put, $"/orders/{order}/status")
        {
            Content = new StringContent($$"""{"status": "{{status}}"}""", Encoding.UTF8, "application/json"),
        });

    /// <summary>Asks, and holds the answer against the OpenAPI document of the host.</summary>
    public static async Task<Answer> Ask(this HttpClient client, HttpRequestMessage request, CancellationToken cancelled = default)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, cancelled);
            var answer = new Answer(
                response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(cancelled));
            InterfaceDocument.Of(client)?.MustAllow(request.Method.Method, request.RequestUri!.AbsolutePath, answer);
            return answer;
        }
    }
}
