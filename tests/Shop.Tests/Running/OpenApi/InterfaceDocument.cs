using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Shop.Tests.Running.OpenApi;

/// <summary>What a host says of its interface, at <c>/openapi/v1.json</c>.</summary>
public sealed class InterfaceDocument
{
    static readonly ConcurrentDictionary<HostKind, Task<InterfaceDocument>> Fetched = new();
    static readonly ConditionalWeakTable<HttpClient, InterfaceDocument> OfClients = [];

    InterfaceDocument(string text)
    {
        Root = JsonDocument.Parse(text).RootElement;
        Schema = new(Root);
        Operations =
        [
            .. from path in Root.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new DescribedOperation(operation.Name.ToUpperInvariant(), path.Name, operation.Value),
        ];
    }

    public JsonElement Root { get; }

    public DocumentSchemas Schema { get; }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    /// <summary>Fetches the document that every answer to the client is then held against: once a kind of host, as they are all the same.</summary>
    public static async Task Hold(HttpClient client, HostKind host) =>
        OfClients.Add(client, await Fetched.GetOrAdd(host, async _ => new(await client.GetStringAsync("/openapi/v1.json"))));

    /// <summary>The document of the host that the client asks; null where the client is a test's own.</summary>
    public static InterfaceDocument? Of(HttpClient client) => OfClients.TryGetValue(client, out var document) ? document : null;

    /// <summary>The document of a host of this kind; null until it was fetched.</summary>
    public static InterfaceDocument? Of(HostKind host) =>
        Fetched.TryGetValue(host, out var document) && document.IsCompletedSuccessfully ? document.Result : null;

    /// <summary>What the document says of one of the operations that are tested.</summary>
    public static DescribedOperation Of(Operation operation, RunningShop shop) =>
        Of(operation.Client(shop))!.Operations.Single(described => described.ToString() == operation.ToString());
}

/// <summary>An operation in the document.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Route">Its path, with <c>{id}</c> for an id.</param>
/// <param name="Description">What the document says of it.</param>
public sealed record DescribedOperation(string Method, string Route, JsonElement Description)
{
    public string Summary => Description.GetProperty("summary").GetString()!;

    /// <summary>Every status that it may answer; where that is a problem, once a code.</summary>
    public IEnumerable<(string Status, string? Code)> Answers =>
        from response in Description.GetProperty("responses").EnumerateObject()
        from code in Codes(response.Value)
        select (response.Name, code);

    /// <summary>Whether a path is this operation's.</summary>
    public bool HasPath(string path)
    {
        var (wanted, given) = (Route.Split('/'), path.Split('/'));
        return wanted.Length == given.Length
            && wanted.Zip(given).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
    }

    public override string ToString() => $"{Method} {Route}";

    static IEnumerable<string?> Codes(JsonElement response) =>
        response.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out var problem)
            ? problem.GetProperty("examples").EnumerateObject().Select(string? (example) => example.Name)
            : [null];
}
