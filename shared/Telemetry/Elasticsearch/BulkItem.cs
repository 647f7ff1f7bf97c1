using System.Text.Json;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>The answer to one document of a bulk request (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk).</summary>
/// <param name="Status">As of HTTP.</param>
/// <param name="Error">What is wrong with it, or nothing.</param>
readonly record struct BulkItem(int Status, string Error)
{
    /// <summary>What of an answer is asked for: all of it would be many times as long.</summary>
    public const string Filter = "filter_path=items.*.status,items.*.error.type,items.*.error.reason";

    /// <summary>
    /// Whether we may not write to that index. Who may use <c>_bulk</c> and not the index is told so in each item; a blocked index answers 403 there too.
    /// </summary>
    public bool IsNotAllowed => Status is 401 or 403 && Error.StartsWith("security_exception:", StringComparison.Ordinal);

    /// <summary>Reads the items of an answer, in the order of the request.</summary>
    /// <returns>Null where it is not the answer of a bulk request.</returns>
    public static IReadOnlyList<BulkItem>? ReadAll(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return [.. json.RootElement.GetProperty("items").EnumerateArray().Select(item => Read(item.GetProperty("create")))];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    static BulkItem Read(JsonElement item) => new(
        item.GetProperty("status").GetInt32(),
        item.TryGetProperty("error", out var error) ? $"{Text(error, "type")}: {Text(error, "reason")}" : "");

    static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var text) ? text.ToString() : null;
}
