using Shop.Harness.Processes;

namespace Shop.Harness.Shops;

/// <summary>A built host, running as a process on free ports of loopback.</summary>
public sealed class HostProcess : ChildProcess
{
    static readonly Dictionary<string, string> Defaults = new()
    {
        ["PRODUCT_PORT"] = "0",
        ["ORDER_PORT"] = "0",
        ["USER_PORT"] = "0",
        ["LOG_FORMAT"] = "text",
    };

    HostProcess(Command command, ChildOutput output)
        : base(command, output)
    {
    }

    /// <summary>Starts a host and returns when it is up.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, on top of free ports.</param>
    public static async Task<HostProcess> Start(string host, IReadOnlyDictionary<string, string> settings)
    {
        var started = Launch(host, settings);
        await started.IsUp();
        return started;
    }

    /// <summary>Starts a host and does not wait for anything.</summary>
    /// <param name="host">Its folder in <c>hosts/</c>.</param>
    /// <param name="settings">Its environment, on top of free ports.</param>
    /// <param name="isRead">Whether its output is read.</param>
    /// <param name="folder">Folder of the built host, if not that of the build output.</param>
    public static HostProcess Launch(
        string host, IReadOnlyDictionary<string, string> settings, bool isRead = true, string? folder = null)
    {
        var built = Program(host);
        var command = new Command(folder is null ? built : Path.Combine(folder, Path.GetFileName(built))).With(Defaults).With(settings);
        return new(command, isRead ? ChildOutput.Captured : ChildOutput.Unread);
    }

    /// <summary>Path of the built host.</summary>
    public static string Program(string host) => Checkout.Program($"Shop.{host}.Host");
}
