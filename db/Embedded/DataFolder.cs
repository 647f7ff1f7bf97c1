using System.Security.Cryptography;
using System.Text;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>The folder that a server keeps its things in. One process at a time holds it.</summary>
sealed class DataFolder : IDisposable
{
    /// <summary>What can be done where the folder does not serve.</summary>
    public const string WayOut = "To begin with an empty database, set DATA_FOLDER to another folder, or move this one away.";

    const string Refuge = "/var/lib/shop";

    const UnixFileMode OpenToAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly FileStream hold;

    DataFolder(string path, FileStream hold)
    {
        Root = path;
        this.hold = hold;
    }

    public string Root { get; }

    /// <summary>PostgreSQL's own. It is either whole or not there.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>What the data are called, with an ending, while they are made. Whatever has such a name is removed by the next start.</summary>
    public string HalfMade => Path.Combine(Root, "half-made-data.");

    /// <summary>A file with the password of the database's owner, readable for the server's account alone.</summary>
    public string Password => Path.Combine(Root, "admin-password");

    /// <summary>PostgreSQL's own account of the server that runs on the data: its process on the first line, its port on the fourth.</summary>
    public string ProcessFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>What the server has said since its last start.</summary>
    public string Log => Path.Combine(Root, "postgres.log");

    /// <summary>Makes the folder, and holds it until it is disposed of or the process ends, in whatever way.</summary>
    /// <exception cref="StartupException">Another process holds the folder, or it has other things in it than ours.</exception>
    public static async Task<DataFolder> Hold(string wanted, ServerAccount account, CancellationToken cancelled)
    {
        var path = await Choose(Path.GetFullPath(wanted), account, cancelled);
        Directory.CreateDirectory(path);
        // Before it is given to another account, or anything in it is replaced. The lock is the first thing that is ours.
        if (Directory.EnumerateFileSystemEntries(path).ToArray().Length > 0 && !File.Exists(LockIn(path)))
        {
            throw new StartupException($"{path} has things in it that are not the shop's. {WayOut}");
        }

        await account.TakeOver(path, cancelled);
        return new(path, Lock(path));
    }

    /// <summary>Lets the folder go, for the next to hold.</summary>
    public void Dispose() => hold.Dispose();

    /// <summary>The wanted folder, or where the account cannot get to it, one that belongs to it alone.</summary>
    static async Task<string> Choose(string wanted, ServerAccount account, CancellationToken cancelled)
    {
        var parent = Path.GetDirectoryName(wanted) ?? wanted;
        Directory.CreateDirectory(parent);
        if (await account.CanEnter(parent, cancelled))
        {
            return wanted;
        }

        Directory.CreateDirectory(Refuge);
        File.SetUnixFileMode(Refuge, OpenToAll);
        return Path.Combine(Refuge, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..12]);
    }

    static string LockIn(string path) => Path.Combine(path, "lock");

    static FileStream Lock(string path)
    {
        // A file that may not be opened is another exception, UnauthorizedAccessException.
        try
        {
            return new(LockIn(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new StartupException(
                $"Another process runs the database in {path}: end it, or set DATA_FOLDER to another folder.", fault);
        }
    }
}
