namespace Shop.Shared.Hosting;

/// <summary>A password or key: the value of a setting, or of the file that its twin names.</summary>
public static class Secret
{
    /// <summary>
    /// Reads <paramref name="key"/>, or from the file that <paramref name="key"/> with <c>_FILE</c> behind it names, without the line break at its
    /// end. One that is empty counts as not set.
    /// </summary>
    /// <param name="setting">The value of a setting, by its key.</param>
    /// <param name="key">The setting.</param>
    /// <returns>Null where neither is set.</returns>
    /// <exception cref="StartupException">Both are set, or the file cannot be read or is empty.</exception>
    public static string? Read(Func<string, string?> setting, string key)
    {
        var fileKey = $"{key}_FILE";
        return (setting(key), setting(fileKey)) switch
        {
            (null or "", null or "") => null,
            (var secret, null or "") => secret,
            (null or "", var file) => ReadFile(fileKey, file),
            _ => throw new StartupException($"{key} and {fileKey} are both set: keep one of them."),
        };
    }

    static string ReadFile(string key, string file)
    {
        try
        {
            var secret = File.ReadAllText(file).TrimEnd('\r', '\n');
            return secret.Length > 0 ? secret : throw new StartupException($"{key} names an empty file: {file}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartupException($"{key} names a file that cannot be read: {fault.Message}", fault);
        }
    }
}
