namespace Shop.Harness.Processes;

/// <summary>A program to run.</summary>
/// <param name="Program">Path of the program, or its name on the <c>PATH</c>.</param>
/// <param name="Arguments">Command-line arguments.</param>
public sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables, set on top of the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the program inherits the environment of this process. If not, it gets the <c>PATH</c> only.</summary>
    public bool InheritsEnvironment { get; init; } = true;

    /// <summary>Returns the command with more environment variables; later values win.</summary>
    public Command With(params IEnumerable<KeyValuePair<string, string>> variables)
    {
        var environment = new Dictionary<string, string>(Environment);
        foreach (var (key, value) in variables)
        {
            environment[key] = value;
        }

        return this with { Environment = environment };
    }

    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit code, and all that it printed: standard output first.</returns>
    public async Task<(int ExitCode, string Output)> Run()
    {
        using var process = ProcessStarter.Start(this, redirectOutput: true, redirectErrors: true);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
