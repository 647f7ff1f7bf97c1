namespace Shop.Tests.Ops;

/// <summary>What Grafana is given at its start: the files in <c>ops/grafana/provisioning/</c>.</summary>
static class GrafanaProvisioning
{
    /// <summary>Every data source.</summary>
    public static IReadOnlyList<DataSource> DataSources { get; } =
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(OpsFiles.Ops, "grafana", "provisioning", "datasources"), "*.yml").Order()
           from source in OpsFiles.Read<DataSourceFile>(file).Datasources
           select new DataSource(source["uid"].ToString()!, source["type"].ToString()!, source["name"].ToString()!, File.ReadAllText(file)),
    ];
}

/// <summary>A data source, and the file that it stands in.</summary>
sealed record DataSource(string Uid, string Type, string Name, string File);

public sealed class DataSourceFile
{
    public List<Dictionary<string, object>> Datasources { get; init; } = [];
}
