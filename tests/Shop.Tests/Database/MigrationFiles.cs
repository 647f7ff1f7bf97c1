
namespace Shop.Tests.Database;

/// <summary>The migrations of this build, copied, so that a test can make them those of another build.</summary>
sealed class MigrationFiles : IDisposable
{
    readonly TemporaryFolder folder = new();

    public MigrationFiles()
    {
        var ours = Path.Combine(AppContext.BaseDirectory, "migrations");
        foreach (var file in Directory.EnumerateFiles(ours, "*.sql", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(ours, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder => folder.Path;

    public void Add(string file, string sql) => File.WriteAllText(Path.Combine(Folder, file), sql);

    public void Replace(string file, string what, string by)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        if (!text.Contains(what, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{file} does not hold: {what}", nameof(what));
        }

        File.WriteAllText(path, text.Replace(what, by, StringComparison.Ordinal));
    }

    public void Dispose() => folder.Dispose();
}
