using System.Globalization;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// The limits of the container that the process runs in, and how it fares with them, from its cgroup: version 2
/// (https://docs.kernel.org/admin-guide/cgroup-v2.html) or 1. Outside a container, and on other systems, there is nothing to tell; what has
/// no limit has no series.
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

    /// <param name="root">The folder where the cgroup file systems are mounted.</param>
    public static void Start(string root = "/sys/fs/cgroup")
    {
        Func<Readings> read = File.Exists(Path.Combine(root, "cgroup.controllers")) ? () => Version2(root) : () => Version1(root);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() => Show(read()));
    }

    static void Show(Readings readings)
    {
        Set(MemoryLimit, readings.MemoryLimit);
        Set(MemoryUsed, readings.MemoryUsed);
        Set(CpuLimit, readings.CpuLimit);
        if (readings.ThrottledSeconds is { } seconds)
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

    internal static Readings Version2(string root)
    {
        var cpu = Text(root, "cpu.max")?.Split(' ');
        return new(
            Number(Text(root, "memory.max")),
            Number(Text(root, "memory.current")) - Entry(root, "memory.stat", "inactive_file"),
            // "max 100000" where there is no limit.
            cpu is [var quota, var period] ? Number(quota) / Number(period) : null,
            Entry(root, "cpu.stat", "throttled_usec") / 1e6);
    }

    internal static Readings Version1(string root)
    {
        var limit = Number(Text(root, "memory/memory.limit_in_bytes"));
        var quota = Number(Text(root, "cpu/cpu.cfs_quota_us"));
        return new(
            // Without a limit it is the largest number of pages that there can be.
            limit < long.MaxValue / 2 ? limit : null,
            Number(Text(root, "memory/memory.usage_in_bytes")) - Entry(root, "memory/memory.stat", "total_inactive_file"),
            quota > 0 ? quota / Number(Text(root, "cpu/cpu.cfs_period_us")) : null,
            Entry(root, "cpu/cpu.stat", "throttled_time") / 1e9);
    }

    static double? Entry(string root, string file, string name) => Number(Text(root, file)?
        .Split('\n')
        .FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..]);

    static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string? Text(string root, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, file)).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a cgroup says; null what it does not: bytes, bytes, processors, seconds.</summary>
    internal sealed record Readings(double? MemoryLimit, double? MemoryUsed, double? CpuLimit, double? ThrottledSeconds);
}
