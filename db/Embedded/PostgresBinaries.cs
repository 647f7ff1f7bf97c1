using System.Text.RegularExpressions;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>The programs of a PostgreSQL server that is installed here.</summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Major">Their major version, 15 or later.</param>
sealed partial record PostgresBinaries(string Folder, int Major)
{
    const int OldestMajor = 15;

    static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    // Debian's, Red Hat's, and Homebrew's on either processor. None of them puts the server on the path.
    static readonly (string Parent, string Pattern)[] Packages =
    [
        ("/usr/lib/postgresql", "*"),
        ("/usr", "pgsql-*"),
        ("/opt/homebrew/opt", "postgresql*"),
        ("/usr/local/opt", "postgresql*"),
    ];

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>The newest that are installed.</summary>
    /// <exception cref="StartupException">None are.</exception>
    public static async Task<PostgresBinaries> Newest(CancellationToken cancelled) =>
        (await Installed(cancelled)).MaxBy(binaries => binaries.Major)
        ?? throw new StartupException(
            $"No PostgreSQL server, {OldestMajor} or later, is installed here: install one (apt-get install postgresql, "
            + "or brew install postgresql@17), or set ConnectionStrings__Shop.");

    /// <summary>Those that can read a folder's data: no other major version than that which made it.</summary>
    /// <exception cref="StartupException">None of that version are installed, or the data do not say which it is.</exception>
    public static async Task<PostgresBinaries> For(DataFolder folder, CancellationToken cancelled)
    {
        var version = Path.Combine(folder.Data, "PG_VERSION");
        var major = File.Exists(version) ? (await File.ReadAllTextAsync(version, cancelled)).Trim() : "";
        if (!int.TryParse(major, out _))
        {
            throw new StartupException($"The data in {folder.Root} are damaged: {version} does not name a version of PostgreSQL. {DataFolder.WayOut}");
        }

        var installed = await Installed(cancelled);
        return installed.Find(binaries => $"{binaries.Major}" == major)
            ?? throw new StartupException(
                $"The data in {folder.Root} are of PostgreSQL {major}, and installed here is {Versions(installed)}: "
                + $"install PostgreSQL {major}. {DataFolder.WayOut}");
    }

    static string Versions(List<PostgresBinaries> installed) =>
        installed.Count > 0 ? string.Join(" and ", installed.Select(binaries => binaries.Major).Distinct()) : "none";

    static async Task<List<PostgresBinaries>> Installed(CancellationToken cancelled)
    {
        var installed = new List<PostgresBinaries>();
        foreach (var folder in (await Folders(cancelled)).Distinct().Where(HoldsAllPrograms))
        {
            var version = await Command.Run(Path.Combine(folder, "postgres"), ["--version"], cancelled);
            if (VersionPattern().Match(version.Output) is { Success: true } match
                && int.Parse(match.Groups[1].ValueSpan) is var major and >= OldestMajor)
            {
                installed.Add(new(folder, major));
            }
        }

        return installed;
    }

    static async Task<IEnumerable<string>> Folders(CancellationToken cancelled)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var folders = Packages
            .Where(package => Directory.Exists(package.Parent))
            .SelectMany(package => Directory.EnumerateDirectories(package.Parent, package.Pattern))
            .Select(package => Path.Combine(package, "bin"))
            .Concat(path);
        return path.Select(folder => Path.Combine(folder, "pg_config")).FirstOrDefault(File.Exists) is { } config
            ? folders.Prepend((await Command.Run(config, ["--bindir"], cancelled)).Output.Trim())
            : folders;
    }

    static bool HoldsAllPrograms(string folder) => Programs.All(program => File.Exists(Path.Combine(folder, program)));

    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
