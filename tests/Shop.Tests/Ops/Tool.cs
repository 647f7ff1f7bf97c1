using System.Collections;
using System.Diagnostics;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>A program of the monitoring or of its tests, as Debian's packages install it. Where it is missing, the test is ignored, or fails in CI, which installs it.</summary>
sealed class Tool
{
    readonly string program;
    readonly IEnumerable<(string Key, string Value)> environment;

    Tool(string package, params string[] names)
    {
        var found = names
            .SelectMany(name => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (found is null)
        {
            var missing = $"{names[0]} is missing: apt-get install {package}";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(missing);
            }

            Assert.Ignore(missing);
        }

        (program, environment) = (found, []);
    }

    Tool(string program, IEnumerable<(string Key, string Value)> environment) => (this.program, this.environment) = (program, environment);

    public static Tool Prometheus => new("prometheus", "prometheus");

    public static Tool Promtool => new("prometheus", "promtool");

    // The second is what everybody but Debian calls it.
    public static Tool Alertmanager => new("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");

    public static Tool Amtool => new("prometheus-alertmanager", "amtool");

    public static Tool PostgresExporter => new("prometheus-postgres-exporter", "prometheus-postgres-exporter");

    public static Tool Node => new("nodejs", "node");

    // Which registry it asks, by which proxy, and where it keeps what it has, is for whoever runs it to say.
    public static Tool Npm => new Tool("npm", "npm").With(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => ((string)variable.Key, (string?)variable.Value ?? "")));

    /// <summary>The same program in an environment that has this, too.</summary>
    public Tool With(params IEnumerable<(string Key, string Value)> environment) => new(program, environment);

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public Task<(int ExitCode, string Output)> Run(params IEnumerable<string> arguments) => Run(program, arguments, environment);

    /// <summary>Runs any program to its end, in an environment that has nothing of ours but the path and what is given.</summary>
    public static async Task<(int ExitCode, string Output)> Run(
        string program, IEnumerable<string> arguments, IEnumerable<(string Key, string Value)> environment)
    {
        using var process = Start(program, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Starts it, to be stopped by whoever did.</summary>
    public Process Start(params IEnumerable<string> arguments) => Start(program, arguments, environment);

    static Process Start(string program, IEnumerable<string> arguments, IEnumerable<(string Key, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }
}
