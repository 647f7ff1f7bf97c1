using System.Globalization;

namespace Shop.Shared.Telemetry;

/// <summary>
/// What the control group of a container says of its limits, of version 2 (https://docs.kernel.org/admin-guide/cgroup-v2.html) or 1; null what it
/// does not say, or has no limit.
/// </summary>
/// <param name="MemoryLimit">Bytes that the container may use.</param>
/// <param name="MemoryUsed">Bytes that it uses, without files that can be read again.</param>
/// <param name="CpuLimit">Processors that it may use, in parts of one.</param>
/// <param name="ThrottledSeconds">Time for which it had to wait because its share was used up.</param>
public sealed record Cgroup(double? MemoryLimit, double? MemoryUsed, double? CpuLimit, double? ThrottledSeconds)
{
    /// <summary>Reads the group of this process.</summary>
    /// <param name="root">Where the control groups are mounted, <c>/sys/fs/cgroup</c> on every Linux.</param>
    public static Cgroup Read(string root) =>
        File.Exists(Path.Combine(root, "cgroup.controllers")) ? Version2(root) : Version1(root);

    static Cgroup Version2(string root)
    {
        var cpu = Text(root, "cpu.max")?.Split(' ');
        return new(
            Number(Text(root, "memory.max")),
            Number(Text(root, "memory.current")) - Entry(root, "memory.stat", "inactive_file"),
            // "max 100000" where there is no limit.
            cpu is [var quota, var period] ? Number(quota) / Number(period) : null,
            Entry(root, "cpu.stat", "throttled_usec") / 1e6);
    }

    static Cgroup Version1(string root)
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
}
