using System.Text.RegularExpressions;

namespace Shop.Tests.Ops;

/// <summary>What stands in PromQL.</summary>
static partial class Expressions
{
    /// <summary>The expressions that the README gives to begin with: the last column of their table.</summary>
    public static IReadOnlyList<string> OfReadme { get; } =
    [
        .. File.ReadLines(Path.Combine(Checkout.Root, "README.md"))
            .SkipWhile(line => line != "| for | the original asked | ask here |")
            .TakeWhile(line => line.StartsWith('|'))
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

    /// <summary>Every label that an expression names: in a matcher, to group by or to join on.</summary>
    public static IEnumerable<string> Labels(string expression) =>
        Matchers().Matches(expression).SelectMany(match => Label().Matches(match.Value)).Select(match => match.Groups[1].Value)
            .Concat(Grouping().Matches(expression).SelectMany(match => match.Groups[2].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)))
            .Distinct();

    [GeneratedRegex(@"^\|[^|]*\|(?:[^|`]|`[^`]*`)*\| `([^`]*)`")]
    private static partial Regex TableRow();

    // A name that is no function, with its matchers; `e9` of 3e9 is none, nor is what stands in quotes.
    [GeneratedRegex("""(?<![\w.:"])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()(\{[^}]*\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Matchers();

    [GeneratedRegex("""(?<=[{,]\s*)(\w+)\s*(?:=~|!~|!=|=)\s*["']""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();
}
