using Shop.Tests.Architecture;
using YamlDotNet.RepresentationModel;

namespace Shop.Tests.Ops;

/// <summary>What Grafana is given at its start: the files in <c>ops/grafana/provisioning/</c>.</summary>
static class GrafanaProvisioning
{
    /// <summary>Every data source.</summary>
    public static IReadOnlyList<DataSource> DataSources { get; } =
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "ops", "grafana", "provisioning", "datasources"), "*.yml").Order()
           from source in (YamlSequenceNode)Load(file)["datasources"]
           select new DataSource(Text(source, "uid"), Text(source, "type"), Text(source, "name"), File.ReadAllText(file)),
    ];

    static YamlNode Load(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(file)));
        return yaml.Documents.Single().RootNode;
    }

    static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}

/// <summary>A data source, and the file that it stands in.</summary>
sealed record DataSource(string Uid, string Type, string Name, string File);
