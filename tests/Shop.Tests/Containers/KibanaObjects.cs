using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shop.Tests.Containers;

/// <summary>What Kibana is given: <c>ops/kibana/objects.ndjson</c>, a saved object a line.</summary>
static class KibanaObjects
{
    public static string Path { get; } = System.IO.Path.Combine(OpsFiles.Ops, "kibana", "objects.ndjson");

    public static IReadOnlyList<SavedObject> Every { get; } = [.. File.ReadLines(Path).Select(line => JsonSerializer.Deserialize<SavedObject>(line, Strict)!)];

    /// <summary>The one data view.</summary>
    public static SavedObject View => Every.Single(each => each.Type == "index-pattern");

    public static IEnumerable<SavedObject> Searches => Every.Where(each => each.Type == "search");

    // A member that is not known here was left behind by an export.
    static JsonSerializerOptions Strict => new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>As Kibana 8 exports it, without what differs from one Kibana to the next.</summary>
sealed record SavedObject(
    string Type, string Id, JsonObject Attributes, IReadOnlyList<Reference> References, string CoreMigrationVersion, string TypeMigrationVersion)
{
    public override string ToString() => Id;
}

/// <summary>One object's need of another, by a name that its attributes use.</summary>
sealed record Reference(string Type, string Id, string Name);
