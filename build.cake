// The targets of ./build.sh, which lists them by their descriptions. `dotnet tool restore && dotnet cake --target=NAME` runs one
// where there is no bash.

using System.Runtime.InteropServices;
using System.Xml.Linq;

const string Solution = "Shop.sln";
const string Configuration = "Release";
const string Tests = "tests/Shop.Tests/Shop.Tests.csproj";
const string BuiltTests = "artifacts/bin/Shop.Tests/release/Shop.Tests.dll";
const string TestResults = "artifacts/test-results";
const string Run = "artifacts/bin/Shop.Run/release/Shop.Run.dll";
const string Drill = "artifacts/bin/Shop.Drill/release/Shop.Drill.dll";
const string Doctor = "artifacts/bin/Shop.Doctor/release/Shop.Doctor.dll";
string[] programs = ["hosts/All", "hosts/Product", "hosts/Order", "hosts/User", "db"];

var inCI = EnvironmentVariable("CI") == "true";

Task("Default")
    .Description("Lists the targets.")
    .Does(() =>
    {
        foreach (var task in Tasks)
            Console.WriteLine($"{task.Name,-10}{task.Description}");
    });

Task("Clean")
    .Description("Deletes everything that was built.")
    .Does(() => CleanDirectory("artifacts"));

Task("Restore")
    .Description("Restores the packages; with CI=true exactly those of the lock files.")
    .Does(() => DotNetRestore(Solution, new DotNetRestoreSettings { LockedMode = inCI }));

Task("Build")
    .Description("Builds the whole solution for release.")
    .Does(() => BuildForRelease(Solution));

Task("Lint")
    .Description("Checks layout, style and analyzers, and changes nothing (`dotnet format` repairs).")
    .IsDependentOn("Restore")
    .Does(() => DotNetFormat(Solution, new DotNetFormatSettings { VerifyNoChanges = true, NoRestore = true }));

Task("Test")
    .Description("Builds and runs the tests, or those that match --filter EXPRESSION; the last line counts.")
    .Does(() =>
    {
        BuildForRelease(Tests);
        CleanDirectory(TestResults);
        var exitCode = 0;
        DotNetTest(BuiltTests, new DotNetTestSettings
        {
            Filter = Argument("filter", ""),
            ResultsDirectory = TestResults,
            // For the tests and the programs that they start, most of which run for seconds: code is compiled once, and neither counted nor profiled to be compiled
            // again. It takes a third less of the processor's time.
            EnvironmentVariables = new Dictionary<string, string> { ["DOTNET_TC_CallCounting"] = "0", ["DOTNET_TieredPGO"] = "0" },
            Loggers = ["console;verbosity=normal", "trx;LogFileName=Shop.Tests.trx"],
            HandleExitCode = code => { exitCode = code; return true; }, // the counts are wanted also when tests failed
        });

        var results = XDocument.Load($"{TestResults}/Shop.Tests.trx").Descendants().ToList();
        var counters = results.Single(e => e.Name.LocalName == "Counters");
        int Count(params string[] names) => names.Sum(name => (int)counters.Attribute(name));
        var passed = Count("passed");
        var failed = Count("failed", "error", "timeout", "aborted");
        var skipped = Count("total") - passed - failed; // an ignored test is in no other counter

        // Of a long log often only the end is kept: what failed is said there once more, with its reason.
        var failures = results
            .Where(e => e.Name.LocalName == "UnitTestResult" && (string)e.Attribute("outcome") == "Failed")
            .Select(e => $"Failed {(string)e.Attribute("testName")}\n{e.Descendants().FirstOrDefault(e => e.Name.LocalName == "ErrorInfo")?.Value}\n\n");

        // Said on the way out, so that it comes after Cake's own summary.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            Console.WriteLine(string.Concat(failures) + (skipped > 0 ? $"{skipped} skipped\n" : "") + $"{passed} passed, {failed} failed");

        if (failed > 0 || exitCode != 0)
            throw new CakeException(failed > 0 ? "Tests failed." : $"The test run broke off (exit code {exitCode}).");
        if (passed == 0)
            throw new CakeException("No test ran.");
    });

Task("Run")
    .Description("Builds the shop and runs it, all modules in one process.")
    .Does(() => BuildToRun("Run"));

Task("RunSplit")
    .Description("Builds the shop and runs it as four processes: one per module, and the database.")
    .Does(() => BuildToRun("RunSplit"));

Task("Observe")
    .Description("Builds the shop and runs it in one process, with a Prometheus and an Alertmanager.")
    .Does(() => BuildToRun("Observe"));

Task("Drill")
    .Description("Builds the shop, causes each fault and waits for its alert: some eight minutes.")
    .Does(() =>
    {
        BuildForRelease("tests/Shop.Drill");
        Information("To run the drill, from this directory: dotnet {0}", Drill);
    });

Task("Publish")
    .Description("Publishes the hosts and the migrator, with .NET in them, into artifacts/publish/RUNTIME: this machine's, or --runtime NAME.")
    .Does(() =>
    {
        var system = IsRunningOnWindows() ? "win" : IsRunningOnMacOs() ? "osx" : "linux";
        var runtime = Argument("runtime", $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");
        foreach (var project in programs.SelectMany(folder => GetFiles($"{folder}/*.csproj")))
        {
            DotNetPublish(project.FullPath, new DotNetPublishSettings
            {
                Configuration = Configuration,
                Runtime = runtime,
                SelfContained = true,
                // They run in every build, and take as long as the compiler.
                MSBuildSettings = new DotNetMSBuildSettings().WithProperty("RunAnalyzers", "false"),
                OutputDirectory = $"artifacts/publish/{runtime}/{project.GetFilenameWithoutExtension()}",
            });
        }
    });

Task("Doctor")
    .Description("Looks whether this machine can run the containers, and says how to mend what is missing.")
    .Does(() =>
    {
        DotNetBuild("ops/doctor", new DotNetBuildSettings { Configuration = Configuration, Verbosity = DotNetVerbosity.Quiet, NoLogo = true });
        Succeed("dotnet", Doctor);
    });

Task("Up")
    .Description("Builds the containers and starts the whole stack, and returns when all of it is healthy.")
    .Does(() => Compose("up --detach --build --wait"));

Task("Down")
    .Description("Stops and removes the containers; with --volumes also their data.")
    .Does(() => Compose(HasArgument("volumes") ? "down --volumes" : "down"));

Task("Logs")
    .Description("Follows the containers' logs, or those of --service NAME.")
    .Does(() => Compose($"logs --follow --tail=100 {Argument("service", "")}"));

Task("Health")
    .Description("Lists the containers, and fails unless all are healthy, and all that run once have succeeded.")
    .Does(() =>
    {
        Compose("ps --all");
        // "postgres running healthy 0"; what runs once is "migrator exited  0".
        var containers = Output("docker", "compose ps --all --format \"{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}\"").Select(line => line.Split(' ')).ToArray();
        var ill = Output("docker", "compose config --services")
            .Where(service => containers.All(container => container[0] != service))
            .Concat(containers.Where(container => container is not ([_, "running", "healthy", _] or [_, "exited", "", "0"])).Select(container => container[0]))
            .ToArray();
        if (ill.Length > 0)
            throw new CakeException($"Not healthy, or not there: {string.Join(", ", ill)}. Why: ./build.sh Logs --service NAME");
    });

// Restores and builds in one go: a second evaluation of all projects takes seconds.
void BuildForRelease(string project) => DotNetBuild(project, new DotNetBuildSettings
{
    Configuration = Configuration,
    MSBuildSettings = new DotNetMSBuildSettings().WithProperty("RestoreLockedMode", inCI ? "true" : "false"),
});

void BuildToRun(string target)
{
    BuildForRelease("ops/run");
    Information("To run it, from this directory: dotnet {0} {1}", Run, target);
}

void Compose(string arguments) => Succeed("docker", $"compose {arguments}");

void Succeed(string program, string arguments)
{
    var exitCode = StartProcess(program, arguments);
    if (exitCode != 0)
        throw new CakeException(exitCode, $"{program} {arguments} has failed.");
}

IEnumerable<string> Output(string program, string arguments)
{
    StartProcess(program, new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true }, out var lines);
    return [.. lines];
}

RunTarget(Argument("target", "Default"));
