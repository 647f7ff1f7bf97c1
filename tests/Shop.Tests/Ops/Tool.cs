using System.Diagnostics;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>Programs that not every machine has.</summary>
static class Tool
{
    /// <summary>Where a program is. Without it the test is ignored; in CI, where it can be installed, it fails.</summary>
    /// <param name="name">The program.</param>
    /// <param name="package">What Debian calls the package that holds it.</param>
    public static string Find(string name, string package)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Missing($"{name} is missing; it comes with: apt-get install {package}");
        }

        return path!;
    }

    /// <summary>Ends the test for want of something: ignored, or failed in CI.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(what);
        }

        Assert.Ignore(what);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>How it ended, and what it printed.</returns>
    public static async Task<(int ExitCode, string Output)> Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }
}
