
namespace Shop.Tests.Running;

/// <summary>
/// The <c>build.sh</c> of this checkout, run with a <c>dotnet</c> before it on the path that builds nothing: a build would replace what these
/// tests run from.
/// </summary>
sealed class BuildScript : IDisposable
{
    // The first entry of the path is this one's own folder.
    const string DotnetThatBuildsNothing =
        """
        #!/bin/sh
        case $1 in
          tool | cake) exit 0 ;;
        esac
        PATH=${PATH#*:}
        exec dotnet "$@"

        """;

    readonly TemporaryFolder data = new(), path = new();

    public BuildScript()
    {
        var dotnet = Path.Combine(path.Path, "dotnet");
        File.WriteAllText(dotnet, DotnetThatBuildsNothing);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>The folder of the database that it runs.</summary>
    public string Database => Path.Combine(data.Path, "postgres");

    /// <summary>Its environment: a folder of its own for the data, and free ports, others each time.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["PATH"] = $"{path.Path}:{Environment.GetEnvironmentVariable("PATH")}",
        ["DATA_FOLDER"] = data.Path,
        // What watches the shop must know where it is beforehand.
        ["PRODUCT_PORT"] = $"{Loopback.FreePort()}",
        ["ORDER_PORT"] = "0",
        ["USER_PORT"] = "0",
        ["PROMETHEUS_PORT"] = $"{Loopback.FreePort()}",
        ["ALERTMANAGER_PORT"] = $"{Loopback.FreePort()}",
        ["Stop__TimeoutSeconds"] = "60",
    };

    /// <summary>The processes that have to do with this folder, and whose command line has a word in it.</summary>
    public IEnumerable<int> Processes(string word = "") =>
        from entry in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(entry)
        where int.TryParse(name, out _)
        let line = Read(entry, "cmdline")
        // The environment of another account's processes, such as the server's, is hidden even from root in a container.
        where line.Length > 0 && (line + Read(entry, "environ")).Contains(data.Path, StringComparison.Ordinal)
            && line.Contains(word, StringComparison.Ordinal)
        select int.Parse(name, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts it as the leader of a process group.</summary>
    public ChildProcess Launch(string target, params (string Key, string Value)[] settings) =>
        new(Command(target).With(Settings).With(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))));

    /// <summary>
    /// Starts it in a terminal, with <see cref="ChildProcess.Type"/> as the keyboard; by exec, because the shell in between would end at Ctrl-C
    /// and return its own exit code.
    /// </summary>
    public ChildProcess LaunchInTerminal(string target)
    {
        var command = Command(target);
        var line = string.Join(' ', command.Arguments.Prepend(command.Program));
        return new(new Command("script", "--quiet", "--return", "--flush", "--command", $"exec {line}", "/dev/null").With(Settings));
    }

    public void Dispose()
    {
        data.Dispose();
        path.Dispose();
    }

    // Signals that are ignored where these tests run, as behind nohup, would be ignored by all that they start.
    static Command Command(string target) =>
        new("env", "--default-signal=INT,TERM,HUP", "bash", Path.Combine(Checkout.Root, "build.sh"), target);

    static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return "";
        }
    }
}
