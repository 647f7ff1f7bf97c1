
namespace Shop.Tests.Containers;

/// <summary>A target of <c>build.cake</c>, run as <c>build.sh</c> does it.</summary>
static class Cake
{
    static readonly Lazy<Task> Restored = new(() => Dotnet(["tool", "restore"], []));

    /// <summary>Runs a target to its end.</summary>
    /// <returns>Its exit code, and what was printed.</returns>
    public static async Task<(int ExitCode, string Output)> Run(string target, params IEnumerable<KeyValuePair<string, string>> settings)
    {
        await Restored.Value;
        return await Dotnet(["cake", Path.Combine(Checkout.Root, "build.cake"), $"--target={target}"], settings);
    }

    static async Task<(int ExitCode, string Output)> Dotnet(IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> settings)
    {
        // The tool manifest is looked for from the current directory upwards, which is within the checkout.
        await using var process = new ChildProcess(new Command("dotnet", arguments).With(settings));
        await process.WaitForExit(TimeSpan.FromMinutes(10));
        return (process.ExitCode, string.Join('\n', process.Output));
    }
}
