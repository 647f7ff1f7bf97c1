namespace Shop.Database.Embedded;

/// <summary>What became of a program that was run to its end.</summary>
/// <param name="ExitCode">0 where it did what it should.</param>
/// <param name="Output">What it wrote to its standard output, and after that what it wrote to its standard error.</param>
sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last thing that it said.</summary>
    public string LastLine => Output.TrimEnd().Split('\n')[^1].Trim();
}
