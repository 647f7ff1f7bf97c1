using NUnit.Framework;
using Shop.Shared.Telemetry;

namespace Shop.Tests.Telemetry;

/// <summary>What is read of a container's limits, on files as the two kernels' interfaces write them.</summary>
public sealed class CgroupTests
{
    [Test]
    public void Version_2_with_limits()
    {
        using var root = new TemporaryFolder();
        Write(root, "cgroup.controllers", "cpu memory pids\n");
        Write(root, "memory.max", "268435456\n");
        Write(root, "memory.current", "200000000\n");
        Write(root, "memory.stat", "anon 1\nfile 2\ninactive_file 50000000\nactive_file 3\n");
        Write(root, "cpu.max", "150000 100000\n");
        Write(root, "cpu.stat", "usage_usec 9\nnr_throttled 3\nthrottled_usec 2500000\n");

        Assert.That(Cgroup.Read(root.Path), Is.EqualTo(new Cgroup(268_435_456, 150_000_000, 1.5, 2.5)));
    }

    [Test]
    public void Version_2_without_limits()
    {
        using var root = new TemporaryFolder();
        Write(root, "cgroup.controllers", "cpu memory\n");
        Write(root, "memory.max", "max\n");
        Write(root, "cpu.max", "max 100000\n");

        Assert.That(Cgroup.Read(root.Path), Is.EqualTo(new Cgroup(null, null, null, null)));
    }

    [Test]
    public void Version_1_with_limits()
    {
        using var root = new TemporaryFolder();
        Write(root, "memory/memory.limit_in_bytes", "268435456\n");
        Write(root, "memory/memory.usage_in_bytes", "200000000\n");
        Write(root, "memory/memory.stat", "inactive_file 1\ntotal_inactive_file 50000000\n");
        Write(root, "cpu/cpu.cfs_quota_us", "50000\n");
        Write(root, "cpu/cpu.cfs_period_us", "100000\n");
        Write(root, "cpu/cpu.stat", "nr_periods 5\nnr_throttled 1\nthrottled_time 250000000\n");

        Assert.That(Cgroup.Read(root.Path), Is.EqualTo(new Cgroup(268_435_456, 150_000_000, 0.5, 0.25)));
    }

    [Test]
    public void Version_1_without_limits()
    {
        using var root = new TemporaryFolder();
        Write(root, "memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write(root, "cpu/cpu.cfs_quota_us", "-1\n");
        Write(root, "cpu/cpu.cfs_period_us", "100000\n");

        Assert.That(Cgroup.Read(root.Path), Is.EqualTo(new Cgroup(null, null, null, null)));
    }

    [Test]
    public void Where_there_is_no_control_group_nothing_is_said() =>
        Assert.That(Cgroup.Read("/nowhere"), Is.EqualTo(new Cgroup(null, null, null, null)));

    static void Write(TemporaryFolder root, string file, string text)
    {
        var path = Path.Combine(root.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
