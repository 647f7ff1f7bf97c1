using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary><c>./build.sh Doctor</c>, with a Docker that answers what the test wants.</summary>
sealed class DoctorTests
{
    static readonly TestCaseData[] Faults =
    [
        new TestCaseData(new FakeDocker { Version = "20.10.24" }, "Docker 20.10.24", "Install 23.0").SetArgDisplayNames("old Docker"),
        new TestCaseData(new FakeDocker { Compose = "2.20.0" }, "Docker Compose 2.20.0", "Install 2.24.4").SetArgDisplayNames("old Compose"),
        new TestCaseData(new FakeDocker { Compose = null }, "Docker Compose is not there", "Install 2.24.4").SetArgDisplayNames("no Compose"),
        new TestCaseData(new FakeDocker { Memory = 4L << 30 }, "4.0 GiB of memory", "Give Docker more").SetArgDisplayNames("little memory"),
        new TestCaseData(new FakeDocker { Processors = 1 }, "1 processors", "Give Docker more, or lower the limits").SetArgDisplayNames("one processor"),
        new TestCaseData(new FakeDocker { Config = null }, "docker-compose.yml, or .env, cannot be read", "docker compose config says why").SetArgDisplayNames("a wrong .env"),
    ];

    [Test]
    public async Task A_healthy_machine_is_told_so_and_ends_with_0()
    {
        var (exitCode, lines) = await Examine(new());

        // How much is free on the disk here is not for the test to say.
        Assert.That(lines.Where(line => line.StartsWith("missing", StringComparison.Ordinal) && !line.Contains(" GB free ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(exitCode == 0, Is.EqualTo(!lines.Any(line => line.StartsWith("missing", StringComparison.Ordinal))));
        Assert.That(lines, Has.Some.Contains("Docker 26.1.5").And.Some.Contains("8.0 GiB of memory").And.Some.Contains("of product-service is free").And.Some.Contains(" GB free "));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task What_is_missing_has_its_remedy_and_ends_with_1(FakeDocker docker, string said, string remedy)
    {
        var (exitCode, lines) = await Examine(docker);

        Assert.That(exitCode, Is.EqualTo(1));
        var found = Array.FindIndex(lines, line => line.StartsWith("missing", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
        Assert.That(found, Is.Not.Negative, string.Join('\n', lines));
        Assert.That(lines[found + 1], Does.Contain($"-> {remedy}"));
    }

    [Test]
    public async Task A_taken_port_is_named_with_who_wants_it_and_ends_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, lines) = await Examine(new() { Port = port });

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(lines, Has.Exactly(1).Contains($"port {port} of product-service is taken").And.Exactly(1).Contains($"lsof -i :{port}"));
    }

    [Test]
    public async Task A_port_that_the_stack_itself_has_is_no_fault()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (_, lines) = await Examine(new() { Port = ((IPEndPoint)taken.LocalEndpoint).Port, Runs = true });

        Assert.That(lines, Has.Exactly(1).Match("^ok .* held by this stack, which runs$"));
    }

    [TestCase(UnixFileMode.UserRead)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    public async Task A_file_that_only_its_owner_may_read_is_named_with_its_remedy(UnixFileMode mode)
    {
        using var checkout = new TemporaryFolder();
        var file = Path.Combine(checkout.Path, "settings.yml");
        await File.WriteAllTextAsync(file, "");
        File.SetUnixFileMode(file, mode);
        File.SetUnixFileMode(checkout.Path, File.GetUnixFileMode(checkout.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        var (_, lines) = await Examine(new() { Folder = checkout.Path }, checkout.Path);

        Assert.That(
            lines, Has.Exactly(1).Match(mode.HasFlag(UnixFileMode.OtherRead) ? "^ok .* is open to their users$" : "^missing .*settings.yml is closed to the containers' users$"));
        Assert.That(lines.Contains("         -> chmod -R o+rX ops"), Is.Not.EqualTo(mode.HasFlag(UnixFileMode.OtherRead)));
    }

    [Test]
    public async Task Without_Docker_it_says_where_to_get_it_and_ends_with_1()
    {
        using var empty = new TemporaryFolder();

        var (exitCode, lines) = await ExamineWithPath(empty.Path);

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(lines, Has.Exactly(2).Items.And.Some.Contains("Docker does not answer").And.Some.Contains("https://docs.docker.com/get-docker/"));
    }

    static async Task<(int ExitCode, string[] Lines)> Examine(FakeDocker docker, string? checkout = null)
    {
        using var folder = new TemporaryFolder();
        docker.WriteTo(folder.Path);
        return await ExamineWithPath($"{folder.Path}:/usr/bin:/bin", checkout);
    }

    static async Task<(int ExitCode, string[] Lines)> ExamineWithPath(string path, string? checkout = null)
    {
        await using var doctor = new DoctorProcess(path, checkout);
        await doctor.WaitForExit();
        return (doctor.ExitCode, [.. doctor.Lines]);
    }

    sealed class DoctorProcess(string path, string? checkout)
        : ChildProcess(new Command("/bin/sh", "-c", "cd \"$0\" && exec \"$1\"", checkout ?? ".", Checkout.Program("Shop.Doctor")).With(KeyValuePair.Create("PATH", path)));
}

/// <summary>What a Docker says that runs a stack of one service.</summary>
public sealed record FakeDocker
{
    public string Version { get; init; } = "26.1.5";

    public int Processors { get; init; } = 2;

    public long Memory { get; init; } = 8L << 30;

    public string? Compose { get; init; } = "v2.26.1-4";

    /// <summary>What its container is given.</summary>
    public string Folder { get; init; } = "/etc";

    /// <summary>Whether the stack runs.</summary>
    public bool Runs { get; init; }

    public int Port { get; init; } = Loopback.FreePort();

    public string? Config { get; init; } = "";

    /// <summary>Puts the program there.</summary>
    public void WriteTo(string folder)
    {
        var file = Path.Combine(folder, "docker");
        File.WriteAllText(
            file,
            $$$"""
            #!/bin/sh
            case "$1 $2" in
              'info --format') echo '{{{Version}}}|{{{Processors}}}|{{{Memory}}}|/nowhere' ;;
              'compose version') {{{(Compose is null ? "exit 1" : $"echo {Compose}")}}} ;;
              'compose config') {{{(Config is null ? "exit 15" : $"echo '{Stack}'")}}} ;;
              'ps --quiet') {{{(Runs ? "echo 0123456789ab" : ":")}}} ;;
              *) exit 1 ;;
            esac
            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    string Stack => $$$$"""
        {"name":"shop","services":{"product-service":{
          "deploy":{"resources":{"limits":{"cpus":2,"memory":"{{{{7L << 30}}}}","pids":100}}},
          "volumes":[{"type":"bind","source":"{{{{Folder}}}}","target":"/settings","read_only":true},{"type":"volume","source":"data","target":"/data"}],
          "ports":[{"mode":"ingress","host_ip":"127.0.0.1","target":5000,"published":"{{{{Port}}}}","protocol":"tcp"}]}}}
        """;
}
