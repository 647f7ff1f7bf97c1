using System.Security.Cryptography;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>Makes the data of a server that has none yet.</summary>
static class NewCluster
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The second is for systems that do not have the first, such as macOS.
    static readonly string[] Locales = ["C.UTF-8", "C"];

    /// <summary>Fills the folder's <see cref="DataFolder.Data"/>, of which nothing is seen until it is whole.</summary>
    /// <exception cref="StartupException">The data could not be made.</exception>
    public static async Task Create(DataFolder folder, PostgresBinaries binaries, ServerAccount account, CancellationToken cancelled)
    {
        RemoveHalfMade(folder);
        await WritePassword(folder, account, cancelled);
        // A name of its own, since the initdb of a killed process may be at work still, and removes what it has made when it fails.
        var halfMade = $"{folder.HalfMade}{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var result = await Initdb(Locales[0]);
        if (!result.Succeeded)
        {
            result = await Initdb(Locales[1]);
        }

        if (!result.Succeeded)
        {
            throw new StartupException($"PostgreSQL's data could not be made in {folder.Root}: {result.LastLine}");
        }

        Directory.Move(halfMade, folder.Data);

        Task<CommandResult> Initdb(string locale) => account.Run(
            binaries.Initdb,
            [
                $"--pgdata={halfMade}", $"--username={EmbeddedPostgres.Owner}", $"--pwfile={folder.Password}",
                "--auth=scram-sha-256", "--encoding=UTF8", $"--locale={locale}", "--no-instructions",
            ],
            cancelled);
    }

    static void RemoveHalfMade(DataFolder folder)
    {
        foreach (var leftover in Directory.EnumerateDirectories(folder.Root, Path.GetFileName(folder.HalfMade) + "*"))
        {
            Directory.Delete(leftover, recursive: true);
        }
    }

    static async Task WritePassword(DataFolder folder, ServerAccount account, CancellationToken cancelled)
    {
        File.Delete(folder.Password);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        await using (var writer = new StreamWriter(folder.Password, options))
        {
            await writer.WriteAsync(RandomNumberGenerator.GetHexString(64));
        }

        await account.TakeOver(folder.Password, cancelled);
    }
}
