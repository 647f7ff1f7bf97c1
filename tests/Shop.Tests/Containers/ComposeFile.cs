using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Shop.Tests.Containers;

/// <summary><c>docker-compose.yml</c>, with no <c>.env</c> beside it: as it is written, and, where Docker is installed, also as Compose reads it.</summary>
sealed partial class ComposeFile
{
    readonly string reader;

    ComposeFile(string reader, JsonNode content)
    {
        this.reader = reader;
        Services = [.. content["services"]!.AsObject().Select(service => new ComposeService(service.Key, service.Value!.AsObject()))];
    }

    /// <summary>Where it lies.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Checkout.Root, "docker-compose.yml");

    /// <summary>That file and those that are laid over it.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [Path, .. Directory.EnumerateFiles(System.IO.Path.Combine(Checkout.Root, "ops", "docker"), "*.yml").Order()];

    /// <summary>The one file, by each reader that there is.</summary>
    public static IEnumerable<ComposeFile> Every { get; } = [AsWritten(), .. AsComposeReadsIt()];

    /// <summary>Its services.</summary>
    public IReadOnlyList<ComposeService> Services { get; }

    /// <summary>The service of a name.</summary>
    public ComposeService this[string name] => Services.Single(service => service.Name == name);

    /// <summary>The variables in a text of it, and what they are where they are not set.</summary>
    public static IEnumerable<(string Name, string Default)> Variables(string text) =>
        Variable().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["default"].Value));

    public override string ToString() => reader;

    static ComposeFile AsWritten()
    {
        var content = new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(new StringReader(File.ReadAllText(Path)))));
        // Within the values, as Compose does it, so that none of them is YAML.
        var text = Variable().Replace(JsonSerializer.Serialize(content), match => match.Groups["default"].Value);
        return new("as written", JsonNode.Parse(text)!);
    }

    static IEnumerable<ComposeFile> AsComposeReadsIt()
    {
        var start = new ProcessStartInfo("docker", ["compose", "--env-file", "/dev/null", "--file", Path, "config", "--format", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, _) in Files.SelectMany(file => Variables(File.ReadAllText(file))))
        {
            start.Environment.Remove(name);
        }

        string config;
        try
        {
            using var compose = Process.Start(start)!;
            config = compose.StandardOutput.ReadToEnd();
            compose.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no Docker here.
            return [];
        }

        return config.Length > 0 ? [new("as Compose reads it", JsonNode.Parse(config)!)] : [];
    }

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<default>[^}]*)\}")]
    private static partial Regex Variable();
}
