namespace Shop.Harness.Processes;

/// <summary>A folder under <c>/tmp</c>, removed with its contents when it is disposed of.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Creates the folder. Other accounts may enter it: PostgreSQL runs as another account if this process is root.</summary>
    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("shop-tests-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
