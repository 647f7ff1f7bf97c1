namespace Shop.Shared.Hosting;

/// <summary>
/// A setting that not everybody is to see: it is given as it is, or in a file that a twin of its key names (<c>..._FILE</c>), which is how
/// containers are handed secrets.
/// </summary>
public static class Secret
{
    /// <summary>The key that names the file of a secret.</summary>
    public static string FileKey(string key) => $"{key}_FILE";

    /// <summary>
    /// The setting, or what stands in its file, without the line break at its end; null where neither is set. What is empty counts as not set.
    /// </summary>
    /// <param name="settings">Gives the text of a key, or null.</param>
    /// <param name="key">The key, as environment variables spell it.</param>
    /// <exception cref="StartupException">Both are set, or the file is empty or cannot be read.</exception>
    public static string? Read(Func<string, string?> settings, string key) =>
        (settings(key), settings(FileKey(key))) switch
        {
            (null or "", null or "") => null,
            (var value, null or "") => value,
            (null or "", var file) => ReadFile(FileKey(key), file),
            _ => throw new StartupException($"{key} and {FileKey(key)} are both set: keep one of them."),
        };

    static string ReadFile(string key, string file)
    {
        try
        {
            var value = File.ReadAllText(file).TrimEnd('\r', '\n');
            return value.Length > 0 ? value : throw new StartupException($"{key} names an empty file: {file}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartupException($"{key} names a file that cannot be read: {fault.Message}", fault);
        }
    }
}
