using NUnit.Framework;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Shop.Tests.Architecture;

/// <summary>Both layouts, all in one and split, are under the same tests.</summary>
sealed class LayoutTests
{
    // As NUnit itself makes them for a run.
    static readonly ITest Everything = new DefaultTestAssemblyBuilder().Build(typeof(LayoutTests).Assembly, new Dictionary<string, object>());

    static IEnumerable<IGrouping<Type, TestFixture>> Fixtures => FixturesIn(Everything)
        .Where(fixture => fixture.Arguments.OfType<Layout>().Any())
        .GroupBy(fixture => fixture.TypeInfo!.Type);

    [Test]
    public void Every_fixture_has_as_many_tests_on_each_layout()
    {
        Assert.That(Fixtures.Count(), Is.GreaterThan(10));
        foreach (var fixture in Fixtures)
        {
            var counts = Layout.Every.Select(
                layout => fixture.Where(each => each.Arguments.Contains(layout)).Sum(each => each.TestCaseCount)).ToArray();
            Assert.That(counts, Is.All.Positive.And.All.EqualTo(counts[0]), fixture.Key.Name);
        }
    }

    [Test]
    public void Every_test_over_HTTP_is_on_each_layout()
    {
        var tests = typeof(LayoutTests).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ShopTests)) && !type.IsAbstract);
        Assert.That(tests.Except(Fixtures.Select(fixture => fixture.Key)), Is.Empty);
    }

    [Test]
    public void Sandboxes_are_stopped_after_all_fixtures()
    {
        var sandboxes = WithAll(Everything).OfType<SetUpFixture>().Single();
        Assert.That(FixturesIn(sandboxes).Count(), Is.EqualTo(FixturesIn(Everything).Count()));
    }

    static IEnumerable<ITest> WithAll(ITest test) => test.Tests.SelectMany(WithAll).Prepend(test);

    static IEnumerable<TestFixture> FixturesIn(ITest test) =>
        test is TestFixture fixture ? [fixture] : test.Tests.SelectMany(FixturesIn);
}
