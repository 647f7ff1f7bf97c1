namespace Shop.Tests.Running;

/// <summary>A folder for the data of a server, which goes with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("shop-tests-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // Where we are root, the server runs as another account, which must get in.
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
