using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary>Dashboards against the types that Grafana publishes for its own.</summary>
sealed class GrafanaSchemaTests
{
    static readonly string Checker = Path.Combine(Checkout.Root, "tests", "Shop.Tests", "Ops", "grafana-schema");

    [Test]
    public async Task Every_dashboard_is_one_by_Grafanas_own_types()
    {
        var (node, npm) = (Tool.Node.OrIgnore(), Tool.Npm.OrIgnore());
        // Of a file that is not there, .NET says that it was written in 1601.
        if (Written("node_modules/.package-lock.json") < Written("package-lock.json"))
        {
            var (installed, complaint) = await npm.Run("ci", "--prefix", Checker, "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.That(installed, Is.Zero, complaint);
        }

        var (_, faults) = await node.Run([Path.Combine(Checker, "check.mjs"), .. Dashboard.Every.Select(dashboard => dashboard.File)]);

        Assert.That(faults, Is.Empty);
    }

    static DateTime Written(string file) => File.GetLastWriteTimeUtc(Path.Combine(Checker, file));
}
