using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Architecture;

/// <summary>The rules of the interface, <c>tests/RULES.md</c>, and the tests that name them.</summary>
sealed partial class RuleTests
{
    static readonly string[] Rules =
    [
        .. Listed().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "RULES.md"))).Select(match => match.Groups["rule"].Value),
    ];

    /// <summary>The rules that the names of tests begin with: <c>O14_O15_A_step_is_taken</c> holds two.</summary>
    static readonly string[] Held =
    [
        .. typeof(RuleTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttributes(inherit: true).Any(attribute => attribute is NUnit.Framework.Interfaces.ITestBuilder or NUnit.Framework.Interfaces.ISimpleTestBuilder))
            .SelectMany(method => Named().Match(method.Name).Groups["rule"].Captures.Select(capture => capture.Value))
            .Distinct(),
    ];

    [TestCaseSource(nameof(Rules))]
    public void Every_rule_of_the_interface_has_a_test_that_names_it(string rule) => Assert.That(Held, Does.Contain(rule));

    [Test]
    public void No_test_names_a_rule_that_is_not_in_the_list() => Assert.That(Held, Is.SubsetOf(Rules));

    [GeneratedRegex(@"^- \*\*(?<rule>[A-Z]\d+)\*\* ", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^((?<rule>[A-Z]\d+)_)*")]
    private static partial Regex Named();
}
