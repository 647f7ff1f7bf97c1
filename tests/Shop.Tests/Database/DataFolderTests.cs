using NUnit.Framework;
using Shop.Database;

namespace Shop.Tests.Database;

/// <summary>Folders in which a database is left behind, broken, or somebody else's.</summary>
public sealed class DataFolderTests
{
    TemporaryFolder folder = null!;

    /// <summary>What <c>DATA_FOLDER</c> names.</summary>
    string Named => folder.Path;

    string Server => Path.Combine(Named, "postgres");

    string Data => Path.Combine(Server, "data");

    [SetUp]
    public void CreateFolder() => folder = new();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task Refuses_data_that_are_damaged_in_one_line_and_deletes_nothing()
    {
        await MakeData();
        (string What, Action Damage, string Line)[] damages =
        [
            ("truncated control file", () => File.WriteAllText(Path.Combine(Data, "global", "pg_control"), ""), "pg_control"),
            ("no control file", () => File.Delete(Path.Combine(Data, "global", "pg_control")), "pg_control"),
            ("open to all", () => File.SetUnixFileMode(Data, (UnixFileMode)Convert.ToInt32("777", 8)), "permissions"),
            ("no settings", () => File.Delete(Path.Combine(Data, "postgresql.conf")), "postgresql.conf"),
            ("no password", () => File.Delete(Path.Combine(Server, "admin-password")), "admin-password"),
            ("other version", () => File.WriteAllText(Path.Combine(Data, "PG_VERSION"), "9999\n"), "install PostgreSQL 9999"),
            ("garbage for a version", () => File.WriteAllText(Path.Combine(Data, "PG_VERSION"), "\0\0\n\n"), "PG_VERSION"),
            ("no version", () => File.Delete(Path.Combine(Data, "PG_VERSION")), "PG_VERSION"),
            ("nothing in it", () => Empty(Data), "PG_VERSION"),
        ];
        // Each on top of those before it, and each hides them.
        foreach (var (what, damage, line) in damages)
        {
            damage();
            await Refuses(what, line);
        }
    }

    [Test]
    public async Task Refuses_a_folder_that_has_the_things_of_others_in_it()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Server, "letter.txt"), "Dear reader,");

        await Refuses("a letter", "not the shop's");
    }

    [Test]
    public async Task Lets_be_what_somebody_has_put_beside_the_data()
    {
        await MakeData();
        Directory.Move(Data, $"{Data}.backup");

        await MakeData();

        Assert.That(File.Exists(Path.Combine($"{Data}.backup", "PG_VERSION")), Is.True);
    }

    [Test]
    public async Task Begins_anew_in_a_folder_that_is_empty()
    {
        Directory.CreateDirectory(Server);

        await MakeData();

        Assert.That(File.Exists(Path.Combine(Data, "PG_VERSION")), Is.True);
    }

    [Test]
    public async Task Takes_over_what_a_run_has_left_whose_process_number_is_another_programs_by_now()
    {
        await MakeData();
        // A file as PostgreSQL writes it: process, folder, time of start, port.
        File.WriteAllText(Path.Combine(Data, "postmaster.pid"), $"{Environment.ProcessId}\n{Data}\n0\n{Loopback.FreePort()}\n");
        await MakeData();
        File.WriteAllText(Path.Combine(Data, "postmaster.pid"), "");

        await MakeData();
    }

    /// <summary>Starts a server, and stops it.</summary>
    async Task MakeData()
    {
        await using var server = await EmbeddedPostgres.Start(Server);
    }

    async Task Refuses(string what, string why)
    {
        var before = Contents();

        await using var served = new DatabaseProcess("serve", new Dictionary<string, string> { ["DATA_FOLDER"] = Named });
        await served.WaitForExit();

        Assert.That(served.ExitCode, Is.EqualTo(1), what);
        Assert.That(served.Lines, Has.Exactly(1).Items, what);
        Assert.That(served.Lines.Single(), Does.Contain(why).And.Contain("set DATA_FOLDER to another folder, or move this one away"), what);
        Assert.That(Contents(), Is.SupersetOf(before), what);
    }

    IEnumerable<string> Contents() =>
        [.. Directory.EnumerateFileSystemEntries(Named, "*", SearchOption.AllDirectories).Where(entry => !entry.EndsWith(".log", StringComparison.Ordinal) && !entry.EndsWith(".pid", StringComparison.Ordinal))];

    static void Empty(string folder)
    {
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
