using System.Reflection;
using System.Runtime.CompilerServices;
using Prometheus;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Shared.Telemetry;

/// <summary>What every host tells of itself, whatever it serves.</summary>
static class HostMetrics
{
    static readonly Gauge Build = Metrics.CreateGauge(
        "shop_build_info", "Always 1; which host this is, and of which version.", ["service", "version"]);

    /// <param name="service">Which host this is.</param>
    /// <param name="isMeasured">If not, what the modules count is all there is.</param>
    public static void Start(ServiceName service, bool isMeasured)
    {
        // They would add some 200 series that nobody asked for.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true, SuppressDebugMetrics = true });
        if (!isMeasured)
        {
            Metrics.DefaultFactory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
            return;
        }

        // A trace a second is enough to look at; each one costs an allocation.
        Metrics.DefaultFactory.ExemplarBehavior = new ExemplarBehavior
        {
            DefaultExemplarProvider = (_, _) => Exemplar.FromTraceContext(),
            NewExemplarMinInterval = TimeSpan.FromSeconds(1),
        };
        Build.WithLabels(service.Value, Version()).Set(1);
        RuntimeMetrics.Start();
        ConnectionMetrics.Start();
        ContainerMetrics.Start();
        RuntimeHelpers.RunClassConstructor(typeof(LedgerMetrics).TypeHandle);
    }

    static string Version() =>
        typeof(HostMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
