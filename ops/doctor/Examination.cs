using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Shop.Doctor;

/// <summary>Whether this machine can run what <c>docker-compose.yml</c> describes.</summary>
static partial class Examination
{
    const long Gibibyte = 1 << 30;

    // What the README asks for: the images, and the data of a month.
    const long NeededDisk = 20_000_000_000;

    // BuildKit is the builder from there on.
    static readonly Version NeededDocker = new(23, 0);

    // It knows `!override`, and dependencies that are not required.
    static readonly Version NeededCompose = new(2, 24, 4);

    // What Elasticsearch checks; what its makers recommend.
    const int CheckedMaps = 262_144;
    const int RecommendedMaps = 1_048_576;

    /// <summary>Looks at everything. What cannot be looked at because something before it is missing is left out.</summary>
    public static async Task<IReadOnlyList<Finding>> Run()
    {
        var info = (await Docker.Ask("info", "--format", "{{.ServerVersion}}|{{.NCPU}}|{{.MemTotal}}|{{.DockerRootDir}}"))?.Split('|');
        if (info is not [var version, var processors, var memory, var folder])
        {
            return [new(Verdict.Missing, "Docker does not answer.", "Start it, or install it: https://docs.docker.com/get-docker/")];
        }

        var compose = await Docker.Ask("compose", "version", "--short");
        List<Finding> findings =
        [
            Release("Docker", version, NeededDocker, "https://docs.docker.com/engine/install/"),
            Release("Docker Compose", compose ?? "", NeededCompose, "https://docs.docker.com/compose/install/"),
        ];
        if (await Docker.Ask("compose", "config", "--format", "json") is not { } config)
        {
            return [.. findings, new(Verdict.Missing, "docker-compose.yml, or .env, cannot be read.", "docker compose config says why")];
        }

        var stack = Stack.Parse(config);
        findings.Add(Processors(int.Parse(processors, CultureInfo.InvariantCulture), stack));
        findings.Add(Memory(long.Parse(memory, CultureInfo.InvariantCulture), stack));
        findings.Add(Disk(folder));
        findings.AddRange(Maps());
        findings.Add(Files(stack));
        foreach (var port in stack.Ports)
        {
            findings.Add(await Port(port, stack));
        }

        return findings;
    }

    static Finding Release(string name, string text, Version needed, string where)
    {
        var found = Number().Match(text);
        return Finding.Of(
            found.Success && Version.Parse(found.Value) >= needed,
            found.Success ? $"{name} {found.Value} ({needed} or later is needed)" : $"{name} is not there.",
            $"Install {needed} or later: {where}");
    }

    static Finding Processors(int found, Stack stack) => Finding.Of(
        found >= stack.Processors,
        $"{found} processors for Docker (a container may use {stack.Processors})",
        "Give Docker more, or lower the limits of docker-compose.yml (deploy.resources.limits.cpus): Docker refuses more than there are.");

    static Finding Memory(long found, Stack stack) => Finding.Of(
        found >= stack.Memory,
        string.Create(CultureInfo.InvariantCulture, $"{(double)found / Gibibyte:0.0} GiB of memory for Docker (all containers together may use {(double)stack.Memory / Gibibyte:0.0})"),
        "Give Docker more (in Docker Desktop: Settings, Resources), or start less: docker compose up -d product-service order-service user-service");

    // Where Docker runs in a machine of its own, that folder is not here; its disk is a file on ours.
    static Finding Disk(string folder)
    {
        var free = new DriveInfo(Path.GetFullPath(Directory.Exists(folder) ? folder : ".")).AvailableFreeSpace;
        return Finding.Of(
            free >= NeededDisk,
            $"{free / 1_000_000_000} GB free on the disk of Docker's data ({NeededDisk / 1_000_000_000} are needed)",
            "Free some: docker system prune removes what no container uses");
    }

    static IEnumerable<Finding> Maps()
    {
        const string Setting = "/proc/sys/vm/max_map_count";
        if (File.Exists(Setting))
        {
            var found = int.Parse(File.ReadAllText(Setting), CultureInfo.InvariantCulture);
            yield return found >= CheckedMaps
                ? new(Verdict.Ok, $"vm.max_map_count is {found}")
                : new(
                    Verdict.Advice,
                    $"vm.max_map_count is {found}: Elasticsearch, as one node, only warns below {CheckedMaps}, and may run out of it with much data.",
                    $"sudo sysctl -w vm.max_map_count={RecommendedMaps}, and the same in /etc/sysctl.d/ for the next start");
        }
    }

    // A checkout made with a umask of 077 is for its owner alone, and each image has a user of its own.
    static Finding Files(Stack stack)
    {
        var closed = stack.Folders.SelectMany(EntriesOf).FirstOrDefault(IsClosed);
        return Finding.Of(
            closed is null,
            closed is null ? "what containers are to read is open to their users" : $"{Path.GetRelativePath(".", closed)} is closed to the containers' users",
            "chmod -R o+rX ops");
    }

    static IEnumerable<string> EntriesOf(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).SelectMany(EntriesOf).Prepend(path) : [path];

    static bool IsClosed(string path)
    {
        var needed = Directory.Exists(path) ? UnixFileMode.OtherRead | UnixFileMode.OtherExecute : UnixFileMode.OtherRead;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & needed) != needed;
    }

    static async Task<Finding> Port(PublishedPort port, Stack stack)
    {
        var free = IsFree(port);
        var ours = !free && await Docker.Ask("ps", "--quiet", "--filter", $"publish={port.Port}", "--filter", $"label=com.docker.compose.project={stack.Project}") is { Length: > 0 };
        return Finding.Of(
            free || ours,
            $"port {port.Port} of {port.Service} is {(free ? "free" : ours ? "held by this stack, which runs" : "taken")}",
            $"sudo lsof -i :{port.Port} says by whom; end that, or set another port in .env (.env.example has the names). On macOS, AirPlay holds 5000.");
    }

    static bool IsFree(PublishedPort port)
    {
        using var listener = new TcpListener(port.Address, port.Port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException fault)
        {
            // A port that we may not have is Docker's to try.
            return fault.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Number();
}
