using System.ComponentModel;
using System.Diagnostics;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>Runs another program to its end.</summary>
static class Command
{
    /// <exception cref="StartupException">There is no such program.</exception>
    public static async Task<CommandResult> Run(string program, IEnumerable<string> arguments, CancellationToken cancelled)
    {
        using var process = Start(program, arguments);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancelled);
            var errors = process.StandardError.ReadToEndAsync(cancelled);
            await process.WaitForExitAsync(cancelled);
            return new(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            // Nothing of ours is inherited: who reads our output to its end would wait for theirs.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Another account may not be able to enter the folder that we are in.
            WorkingDirectory = "/",
            // Messages in one language. Besides, PostgreSQL does not start on macOS where no locale is set.
            Environment = { ["LC_ALL"] = "C" },
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new StartupException($"{program} cannot be run: {fault.Message}", fault);
        }
    }
}
