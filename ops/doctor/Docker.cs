using System.ComponentModel;
using System.Diagnostics;

namespace Shop.Doctor;

/// <summary>Docker's own program, asked in the current directory.</summary>
static class Docker
{
    /// <summary>What it prints, without white space around it; null where there is no such program, or it fails.</summary>
    public static async Task<string?> Ask(params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await errors;
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
