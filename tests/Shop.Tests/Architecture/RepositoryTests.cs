using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using Shop.Shared.Contracts;

namespace Shop.Tests.Architecture;

/// <summary>Rules of the whole house.</summary>
sealed class RepositoryTests
{
    static IEnumerable<string> Projects => Directory.EnumerateFiles(Checkout.Root, "*.csproj", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}artifacts{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [Test]
    public void Only_the_orders_migrations_name_another_schema()
    {
        foreach (var schema in Repository.Schemas.Where(schema => schema != "orders"))
        {
            var sql = string.Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "db", schema), "*.sql").Select(File.ReadAllText));
            Assert.That(
                Repository.Schemas.Where(other => other != schema && Regex.IsMatch(sql, $@"\b{other}\.", RegexOptions.IgnoreCase)), Is.Empty, schema);
        }
    }

    [Test]
    public void Every_promise_is_kept_by_one_module()
    {
        var promises = typeof(IStock).Assembly.GetExportedTypes().Where(type => type.IsInterface && type.Namespace == typeof(IStock).Namespace);
        foreach (var promise in promises)
        {
            var keepers = Repository.Modules.SelectMany(module => module.Assembly.GetTypes()).Where(type => type.IsClass && promise.IsAssignableFrom(type));
            Assert.That(keepers.Count(), Is.EqualTo(1), promise.Name);
            Assert.That(File.Exists(Path.Combine(Checkout.Root, "shared", "Contracts", $"{promise.Name}.cs")), promise.Name);
        }
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Checkout.Root, "Shop.sln")).Replace('\\', '/');
        Assert.That(Projects.Where(project => !solution.Contains(Path.GetRelativePath(Checkout.Root, project), StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Versions_stand_in_one_place()
    {
        var pinned = Projects.SelectMany(project => XDocument.Load(project).Descendants("PackageReference").Attributes("Version"));
        Assert.That(pinned, Is.Empty);
    }
}
