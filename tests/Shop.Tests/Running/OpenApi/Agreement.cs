using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Running.OpenApi;

/// <summary>Holds an answer against what the host says of its interface: its status, its headers, its media type and its body.</summary>
public static class Agreement
{
    /// <summary>Beginnings of headers that belong to HTTP, to caches or to browsers, and not to an operation.</summary>
    static readonly string[] Undeclared =
        ["Date", "Transfer-Encoding", "Connection", "Content-Type", "Content-Length", "Cache-Control", "Pragma", "Expires", "Vary", "Access-Control-", "X-Content-Type-Options"];

    /// <summary>Fails the test where the answer is none that the document allows.</summary>
    /// <param name="document">What the host says.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="path">Its path.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="to">What was asked, for the message.</param>
    public static void MustAllow(this InterfaceDocument document, string method, string path, Answer answer, string to = "")
    {
        if (Described(document, method, path, answer, to) is not { } response)
        {
            return;
        }

        var faults = Headers(document, response, answer).Concat(method == "HEAD" ? [] : Body(document, response, answer)).ToArray();
        Assert.That(faults, Is.Empty, () => $"{method} {path} is not answered as the OpenAPI document has it: {answer} {to}");
    }

    /// <summary>
    /// What the document says of such an answer; null where it says nothing: of paths that are no operation's, and of a browser's preflights.
    /// </summary>
    static JsonElement? Described(InterfaceDocument document, string method, string path, Answer answer, string to)
    {
        var known = document.Operations.Where(operation => operation.HasPath(path)).ToArray();
        var operation = Array.Find(known, operation => operation.Method == (method == "HEAD" ? "GET" : method));
        if (operation is null)
        {
            return (known.Length, (int)answer.Status) switch
            {
                (0, 404) => Common(document, "not_found"),
                (0, _) => null,
                (_, 204) when method == "OPTIONS" => null,
                _ => Common(document, "method_not_allowed"),
            };
        }

        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        if (operation.Description.GetProperty("responses").TryGetProperty(status, out var response))
        {
            return response;
        }

        Assert.Fail($"{operation} is answered with {answer}, a status of which the OpenAPI document knows nothing. {to}");
        return null;
    }

    static JsonElement Common(InterfaceDocument document, string response) =>
        document.Root.GetProperty("components").GetProperty("responses").GetProperty(response);

    static IEnumerable<string> Headers(InterfaceDocument document, JsonElement response, Answer answer)
    {
        var given = answer.Headers.Concat(answer.ContentHeaders)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var declared = response.GetProperty("headers").EnumerateObject()
            .ToDictionary(header => header.Name, header => document.Schema.Resolve(header.Value));
        foreach (var (name, header) in declared)
        {
            if (given.Remove(name, out var value))
            {
                foreach (var fault in document.Schema.Faults(Value(value, header), header.GetProperty("schema"), name))
                {
                    yield return fault;
                }
            }
            else if (header.TryGetProperty("required", out var required) && required.GetBoolean())
            {
                yield return $"the header {name} is missing";
            }
        }

        foreach (var name in given.Keys.Where(name => !Array.Exists(Undeclared, known => name.StartsWith(known, StringComparison.OrdinalIgnoreCase))))
        {
            yield return $"the header {name} is not declared";
        }
    }

    static JsonElement Value(string text, JsonElement header) => header.GetProperty("schema").GetProperty("type").GetString() == "integer"
        ? JsonSerializer.SerializeToElement(decimal.Parse(text, CultureInfo.InvariantCulture))
        : JsonSerializer.SerializeToElement(text);

    static IEnumerable<string> Body(InterfaceDocument document, JsonElement response, Answer answer)
    {
        var given = answer.ContentHeaders.ContentType?.MediaType;
        if (!response.TryGetProperty("content", out var content))
        {
            return given is null && answer.Text.Length == 0 ? [] : [$"there is a body: {given}"];
        }

        return !content.TryGetProperty(given ?? "", out var body) ? [$"the media type {given} is not declared"]
            : given!.EndsWith("json", StringComparison.Ordinal) ? document.Schema.Faults(answer.Json, body.GetProperty("schema"))
            : [];
    }
}
