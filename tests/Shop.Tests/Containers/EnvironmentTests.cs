using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary><c>.env.example</c>, which shows what can be set.</summary>
sealed class EnvironmentTests
{
    static IEnumerable<(string Name, string Default)> Shown => File.ReadLines(Path.Combine(Checkout.Root, ".env.example"))
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .Select(parts => (parts[0], parts[1]));

    static IEnumerable<(string Name, string Default)> Used =>
        ComposeFile.Files.SelectMany(file => ComposeFile.Variables(File.ReadAllText(file))).Distinct();

    [Test]
    public void It_shows_every_variable_once_with_the_value_that_holds_without_it() => Assert.That(Shown, Is.EquivalentTo(Used));

    [Test]
    public void No_variable_stands_without_a_value_for_when_it_is_not_set()
    {
        foreach (var file in ComposeFile.Files)
        {
            var text = File.ReadAllText(file);
            Assert.That(text.Split("${").Length - 1, Is.EqualTo(ComposeFile.Variables(text).Count()), file);
        }
    }
}
