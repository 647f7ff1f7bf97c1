using System.Text.RegularExpressions;

namespace Shop.Tests.Ops;

/// <summary>What stands in PromQL.</summary>
static partial class Expressions
{
    /// <summary>The expressions that Prometheus' README gives to begin with: the last column of its table.</summary>
    public static IReadOnlyList<string> OfReadme { get; } =
    [
        .. File.ReadLines(Path.Combine(OpsFiles.Prometheus, "README.md"))
            .Select(line => TableRow().Match(line))
            .Where(row => row.Success)
            .Select(row => row.Groups[1].Value.Replace(@"\|", "|", StringComparison.Ordinal)),
    ];

    /// <summary>Every selector in an expression: a metric with its matchers, without a range.</summary>
    public static IEnumerable<string> Selectors(string expression) =>
        Selector().Matches(Grouping().Replace(Range().Replace(expression, ""), ""))
            .Select(match => match.Value)
            .Except(["and", "or", "unless", "bool"])
            .Distinct();

    [GeneratedRegex(@"^\|[^|]*\|(?:[^|`]|`[^`]*`)*\| `([^`]*)`")]
    private static partial Regex TableRow();

    // A name that is no function, with its matchers; `e9` of 3e9 is none, nor is what stands in quotes.
    [GeneratedRegex("""(?<![\w.:"])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()(\{[^}]*\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();
}
