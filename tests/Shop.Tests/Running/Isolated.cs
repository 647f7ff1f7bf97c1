namespace Shop.Tests.Running;

/// <summary>Runs programs whose environment has only the <c>PATH</c> and what a test gives.</summary>
static class Isolated
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    public static Task<(int ExitCode, string Output)> Run(
        string program, IReadOnlyList<string> arguments, IEnumerable<(string Key, string Value)> environment) =>
        new Command(program, arguments)
        {
            InheritsEnvironment = false,
            Environment = environment.ToDictionary(variable => variable.Key, variable => variable.Value),
        }.Run();
}
