using Shop.Harness.Processes;
using YamlDotNet.Serialization;

namespace Shop.Harness.Monitoring;

/// <summary>Writes the configuration of a Prometheus and an Alertmanager on loopback from the files in <c>ops/</c>.</summary>
/// <param name="folder">Folder for the configuration and the data.</param>
public sealed class MonitoringFiles(string folder)
{
    // Alertmanager's configuration contains passwords.
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes Alertmanager's configuration.</summary>
    /// <param name="environment">Variables that name the receivers (<c>ops/alertmanager</c>), on top of the inherited ones.</param>
    /// <exception cref="InvalidOperationException">A variable is wrong. The message names it.</exception>
    public async Task WriteAlertmanager(params IEnumerable<KeyValuePair<string, string>> environment)
    {
        var (exitCode, output) = await new Command("sh", OpsFiles.Configure).With(environment).Run();
        if (exitCode != 0)
        {
            throw new InvalidOperationException(output.Trim());
        }

        Directory.CreateDirectory(Path.GetDirectoryName(AlertmanagerFile)!);
        await using var file = new StreamWriter(
            AlertmanagerFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        await file.WriteAsync(output);
    }

    /// <summary>Writes Prometheus' configuration.</summary>
    /// <param name="targets">Host and port of each job of the configuration in <c>ops/prometheus</c> that has all of these jobs.</param>
    /// <param name="exporters">Host and port of more jobs.</param>
    /// <param name="everySecond">Whether to scrape and to evaluate rules every second instead of at the intervals in <c>ops/</c>.</param>
    public void WritePrometheus(
        IReadOnlyDictionary<string, string> targets, IEnumerable<(string Job, string Address)> exporters, bool everySecond = false)
    {
        var file = OpsFiles.Configurations.Single(file =>
            targets.Keys.ToHashSet().IsSubsetOf(OpsFiles.Read<PrometheusConfiguration>(file).ScrapeConfigs.Select(job => job.JobName)));
        var configuration = OpsFiles.Read<Dictionary<string, object>>(file);
        if (everySecond)
        {
            configuration["global"] = new Dictionary<string, string> { ["scrape_interval"] = "1s", ["evaluation_interval"] = "1s" };
        }

        configuration["alerting"] = new Dictionary<string, object> { ["alertmanagers"] = new[] { StaticConfigs(targets["alertmanager"]) } };
        configuration["scrape_configs"] = targets.Select(target => (Job: target.Key, Address: target.Value)).Concat(exporters)
            .Select(target => new Dictionary<string, object>(StaticConfigs(target.Address)) { ["job_name"] = target.Job })
            .ToList();
        CopyRules(everySecond);
        File.WriteAllText(PrometheusFile, new SerializerBuilder().Build().Serialize(configuration));
    }

    /// <summary>Arguments of Alertmanager, without its address.</summary>
    public IReadOnlyList<string> AlertmanagerArguments =>
        [$"--config.file={AlertmanagerFile}", $"--storage.path={Path.Combine(folder, "alertmanager", "data")}", "--cluster.listen-address="];

    /// <summary>Arguments of Prometheus.</summary>
    /// <param name="address">Host and port that it is linked by.</param>
    public IReadOnlyList<string> PrometheusArguments(string address) =>
    [
        $"--config.file={PrometheusFile}",
        $"--storage.tsdb.path={Path.Combine(folder, "prometheus", "data")}",
        "--storage.tsdb.retention.time=31d",
        "--enable-feature=exemplar-storage",
        $"--web.external-url=http://{address}",
        $"--web.console.templates={OpsFiles.Ops}",
    ];

    string AlertmanagerFile => Path.Combine(folder, "alertmanager", "alertmanager.yml");

    string PrometheusFile => Path.Combine(folder, "prometheus", "prometheus.yml");

    // Prometheus looks for rule files relative to its configuration.
    void CopyRules(bool everySecond)
    {
        foreach (var kind in new[] { "rules", "expected" })
        {
            var copies = Directory.CreateDirectory(Path.Combine(folder, "prometheus", kind)).FullName;
            foreach (var rules in Directory.EnumerateFiles(Path.Combine(OpsFiles.Prometheus, kind)))
            {
                var text = File.ReadAllText(rules);
                File.WriteAllText(
                    Path.Combine(copies, Path.GetFileName(rules)),
                    everySecond ? text.Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal) : text);
            }
        }
    }

    static Dictionary<string, object> StaticConfigs(string target) =>
        new() { ["static_configs"] = new[] { new Dictionary<string, string[]> { ["targets"] = [target] } } };
}
