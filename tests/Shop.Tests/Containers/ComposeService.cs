using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Tests.Containers;

/// <summary>A service of the compose file, in either of its spellings.</summary>
sealed class ComposeService(string name, JsonObject content)
{
    public string Name => name;

    /// <summary>Whether it is one of our programs.</summary>
    public bool IsOurs => content.ContainsKey("build");

    /// <summary>Whether it does its work once and ends.</summary>
    public bool RunsOnce => Text("restart") == "no";

    /// <summary>Whether it is one of the hosts.</summary>
    public bool IsHost => IsOurs && !RunsOnce;

    public string? Image => Text("image");

    /// <summary>The targets of the Dockerfile that it is built from.</summary>
    public string? Target => content["build"]?["target"]?.ToString();

    public IEnumerable<string> Health => List(content["healthcheck"]?["test"]);

    public JsonObject HealthSettings => content["healthcheck"]!.AsObject();

    /// <summary>Those that it waits for, and what for.</summary>
    public IReadOnlyDictionary<string, string> DependsOn =>
        content["depends_on"]?.AsObject().ToDictionary(other => other.Key, other => other.Value!["condition"]!.ToString()) ?? [];

    public IReadOnlyDictionary<string, string> Environment =>
        content["environment"]?.AsObject().ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "") ?? [];

    /// <summary>Bytes.</summary>
    public long Memory => Limit("memory") is var text && text.EndsWith('M')
        ? long.Parse(text[..^1], CultureInfo.InvariantCulture) << 20
        : long.Parse(text, CultureInfo.InvariantCulture);

    public double Processors => double.Parse(Limit("cpus"), CultureInfo.InvariantCulture);

    public int Processes => int.Parse(Limit("pids"), CultureInfo.InvariantCulture);

    /// <summary>The published ports, as <c>address:port:port inside</c>; without an address on all.</summary>
    public IEnumerable<string> Ports => (content["ports"]?.AsArray() ?? []).Select(port => port is JsonObject whole
        ? $"{(whole["host_ip"] is { } address ? $"{address}:" : "")}{whole["published"]}:{whole["target"]}"
        : port!.ToString());

    /// <summary>What is mounted from the checkout, relative to it.</summary>
    public IEnumerable<string> Mounts(string root) => (content["volumes"]?.AsArray() ?? [])
        .Select(volume => volume is JsonObject whole ? whole["source"]!.ToString() : volume!.ToString().Split(':')[0])
        .Select(source => source.Replace($"{root}/", "./", StringComparison.Ordinal))
        .Where(source => source.StartsWith("./", StringComparison.Ordinal));

    public TimeSpan Grace => TimeSpan.FromSeconds(int.Parse(Text("stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture));

    public string? Text(string key) => content[key]?.ToString();

    public IEnumerable<string> List(string key) => List(content[key]);

    public override string ToString() => name;

    static IEnumerable<string> List(JsonNode? node) => (node?.AsArray() ?? []).Select(each => each!.ToString());

    string Limit(string key) => content["deploy"]?["resources"]?["limits"]?[key]?.ToString() ?? throw new KeyNotFoundException($"{name} has no limit of {key}.");
}
