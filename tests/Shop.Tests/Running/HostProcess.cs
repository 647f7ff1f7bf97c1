namespace Shop.Tests.Running;

/// <summary>A built host, running as a process of its own on free ports of loopback.</summary>
public sealed class HostProcess : RunningProcess
{
    static readonly Dictionary<string, string> Defaults = new()
    {
        ["PRODUCT_PORT"] = "0",
        ["ORDER_PORT"] = "0",
        ["USER_PORT"] = "0",
        ["LOG_FORMAT"] = "text",
    };

    HostProcess(string program, IEnumerable<KeyValuePair<string, string>> settings, bool isRead)
        : base(program, [], Defaults.Concat(settings), isRead)
    {
    }

    /// <summary>Starts a host and returns when it is up.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, beside the free ports that it is given.</param>
    public static async Task<HostProcess> Start(string host, IReadOnlyDictionary<string, string> settings)
    {
        var started = Launch(host, settings);
        await started.IsUp();
        return started;
    }

    /// <summary>Starts a host without waiting for anything.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, beside the free ports that it is given.</param>
    /// <param name="isRead">Whether anybody reads what it prints.</param>
    /// <param name="folder">Where the built host is, if not where the build puts it.</param>
    public static HostProcess Launch(
        string host, IReadOnlyDictionary<string, string> settings, bool isRead = true, string? folder = null)
    {
        var built = Program(host);
        return new(folder is null ? built : Path.Combine(folder, Path.GetFileName(built)), settings, isRead);
    }

    /// <summary>The host that these tests run.</summary>
    public static string Program(string host) => Built($"Shop.{host}.Host");
}
