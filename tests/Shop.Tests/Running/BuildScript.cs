using Shop.Tests.Architecture;

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
        ["PRODUCT_PORT"] = $"{Connections.FreePort()}",
        ["ORDER_PORT"] = "0",
        ["USER_PORT"] = "0",
        ["PROMETHEUS_PORT"] = $"{Connections.FreePort()}",
        ["ALERTMANAGER_PORT"] = $"{Connections.FreePort()}",
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
    public RunningProcess Launch(string target, params (string Key, string Value)[] settings) =>
        new("setsid", [.. Command(target)], Settings.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))));

    /// <summary>
    /// Starts it in a terminal, on whose keyboard one types by <see cref="RunningProcess.Type"/>; by exec, for the shell in between would die
    /// of Ctrl-C and answer in its place.
    /// </summary>
    public RunningProcess LaunchInTerminal(string target) =>
        new("script", ["--quiet", "--return", "--flush", "--command", $"exec {string.Join(' ', Command(target))}", "/dev/null"], Settings);

    public void Dispose()
    {
        data.Dispose();
        path.Dispose();
    }

    // Signals that are ignored where these tests run, as behind nohup, would be ignored by all that they start.
    static string[] Command(string target) =>
        ["env", "--default-signal=INT,TERM,HUP", "bash", Path.Combine(Repository.Root, "build.sh"), target];

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
