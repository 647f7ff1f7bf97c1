using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// The limits of the container that the process runs in, and how it fares with them. What has no limit has no series; outside a container,
/// and on other systems than Linux, there may be none at all.
/// </summary>
static class ContainerMetrics
{
    static readonly Gauge MemoryLimit = Metrics.CreateGauge(
        "container_limit_memory_bytes", "Memory that the container may use.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge MemoryUsed = Metrics.CreateGauge(
        "container_used_memory_bytes", "Memory that the container uses, without files that can be read again.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Gauge CpuLimit = Metrics.CreateGauge(
        "container_limit_cpu_cores", "Processors that the container may use, in parts of one.", new GaugeConfiguration { SuppressInitialValue = true });

    static readonly Counter Throttled = Metrics.CreateCounter(
        "container_cpu_throttled_seconds_total", "Time for which the container had to wait because it had used up its share.", new CounterConfiguration { SuppressInitialValue = true });

    public static void Start() => Metrics.DefaultRegistry.AddBeforeCollectCallback(() => Show(Cgroup.Read("/sys/fs/cgroup")));

    static void Show(Cgroup group)
    {
        Set(MemoryLimit, group.MemoryLimit);
        Set(MemoryUsed, group.MemoryUsed);
        Set(CpuLimit, group.CpuLimit);
        if (group.ThrottledSeconds is { } seconds)
        {
            Throttled.IncTo(seconds);
        }
    }

    static void Set(Gauge gauge, double? value)
    {
        if (value is { } number)
        {
            gauge.Set(number);
        }
    }
}
