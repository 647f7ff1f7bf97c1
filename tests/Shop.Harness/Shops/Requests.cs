using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Shop.Harness.Shops;

/// <summary>A response, read to its end.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Headers">Headers of the response.</param>
/// <param name="ContentHeaders">Headers of its body.</param>
/// <param name="Text">Body; empty if there is none.</param>
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

    /// <summary>Reads a response.</summary>
    public static async Task<Answer> Of(HttpResponseMessage response, CancellationToken cancelled = default) =>
        new(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(cancelled));

    /// <inheritdoc/>
    public override string ToString() => $"{(int)Status} {Text}";
}

/// <summary>Sends requests.</summary>
public static class Requests
{
    /// <summary>Sends a <c>GET</c>.</summary>
    public static Task<Answer> Get(this HttpClient client, string path) =>
        client.Ask(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends a <c>POST</c> with a body of type <c>application/json</c>.</summary>
    public static Task<Answer> Post(this HttpClient client, string path, string body, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, path, body, headers);

    /// <summary>Sends a request, with a body of type <c>application/json</c> or without one.</summary>
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

    /// <summary>Places an order.</summary>
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

    /// <summary>Changes the status of an order.</summary>
    public static Task<Answer> PutStatus(this HttpClient client, long order, string status) =>
        client.Ask(new HttpRequestMessage(HttpMethod.Put, $"/orders/{order}/status")
        {
            Content = new StringContent($$"""{"status": "{{status}}"}""", Encoding.UTF8, "application/json"),
        });

    /// <summary>Sends a request and reads the response.</summary>
    public static async Task<Answer> Ask(this HttpClient client, HttpRequestMessage request, CancellationToken cancelled = default)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, cancelled);
            return await Answer.Of(response, cancelled);
        }
    }
}
