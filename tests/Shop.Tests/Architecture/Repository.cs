using System.Reflection;

namespace Shop.Tests.Architecture;

/// <summary>The checkout that these tests were built from.</summary>
static class Repository
{
    /// <summary>The folder of <c>Shop.sln</c>.</summary>
    public static string Root { get; } = Ancestors(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "Shop.sln")));

    /// <summary>Every module: each folder in <c>modules/</c>, so that a new one is under these rules from its first day.</summary>
    public static IEnumerable<Module> Modules { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "modules")).Select(folder => new Module(folder)).OrderBy(module => module.Name)];

    /// <summary>The schemas of the modules: the folders in <c>db/</c> that hold migrations, but for the sample data.</summary>
    public static IReadOnlyList<string> Schemas { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Root, "db"))
            .Where(folder => Directory.EnumerateFiles(folder, "V*.sql").Any())
            .Select(folder => Path.GetFileName(folder))
            .Where(name => name != "sample"),
    ];

    static IEnumerable<string> Ancestors(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            yield return here.FullName;
        }
    }
}

/// <summary>A folder in <c>modules/</c>.</summary>
sealed record Module(string Folder)
{
    public string Name => Path.GetFileName(Folder);

    public string Project => Path.Combine(Folder, $"Shop.{Name}.csproj");

    public Assembly Assembly => Assembly.Load($"Shop.{Name}");

    public IEnumerable<string> Sources => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories);

    public override string ToString() => Name;
}
