using System.Reflection;
using Prometheus;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Shared.Telemetry;

/// <summary>What every host tells of itself, whatever it serves.</summary>
static class HostMetrics
{
    static readonly Gauge Build = Metrics.CreateGauge(
        "shop_build_info", "Always 1; which host this is, and of which version.", ["service", "version"]);

    /// <summary>Publishes the metrics of the process and of what it runs on.</summary>
    /// <param name="service">The host's name, a label of <c>shop_build_info</c>.</param>
    public static void Start(ServiceName service)
    {
        Build.WithLabels(service.Value, Version()).Set(1);
        RuntimeMetrics.Start();
        ConnectionMetrics.Start();
        ContainerMetrics.Start();
        LedgerMetrics.Start();
    }

    static string Version() =>
        typeof(HostMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
