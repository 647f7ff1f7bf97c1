using System.Text.RegularExpressions;

namespace Shop.Tests.Ops;

/// <summary>The names in an expression of Prometheus. It takes well-formed ones, and does not say whether they are.</summary>
static partial class PromQl
{
    static readonly string[] Words = ["and", "or", "unless", "bool", "offset", "inf", "nan"];

    /// <summary>Each metric, with the labels that its matchers name.</summary>
    public static IEnumerable<(string Metric, string[] Labels)> Selectors(string expression)
    {
        var plain = Range().Replace(Grouping().Replace(Literal().Replace(expression, "''"), " "), " ");
        return Selector().Matches(plain)
            .Where(found => !Words.Contains(found.Groups["metric"].Value))
            .Select(found => (found.Groups["metric"].Value, Matcher().Matches(found.Groups["matchers"].Value).Select(label => label.Groups[1].Value).ToArray()));
    }

    /// <summary>The labels that are grouped by or joined on.</summary>
    public static IEnumerable<string> Grouped(string expression) =>
        Grouping().Matches(Literal().Replace(expression, "''")).SelectMany(clause => clause.Groups["labels"].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)).Distinct();

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'
        """)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    // A name that is not called is a metric's.
    [GeneratedRegex(@"(?<![\w:.])(?<metric>[a-zA-Z_:][\w:]*)(?![\w:])(?!\s*\()(?:\s*\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();
}
