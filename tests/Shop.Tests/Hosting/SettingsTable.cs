using System.Text.RegularExpressions;

namespace Shop.Tests.Hosting;

/// <summary>Which program reads a setting.</summary>
enum Reader
{
    /// <summary>Every host.</summary>
    Host,

    /// <summary>Whoever runs a database of its own.</summary>
    OwnDatabase,

    /// <summary><c>Shop.Database migrate</c>.</summary>
    Migrator,
}

/// <summary>The table of settings in the README, and for each key what is wrong with it.</summary>
static partial class SettingsTable
{
    static readonly string EmptyFile = Path.GetTempFileName();

    static readonly (string Text, Reader Reader)[] WrongPorts = [.. Of(Reader.Host, "abc", "-1", "65536", "5001.5")];

    // What opens no file, and a file in which nothing stands.
    static readonly string[] NoSecrets = ["/nowhere/password", "/", EmptyFile];

    static readonly (string Text, Reader Reader)[] WrongFiles = [.. Of(Reader.Migrator, NoSecrets)];

    static readonly (string Text, Reader Reader)[] NoPassword = [.. Of(Reader.Migrator, "")];

    /// <summary>Every key that the table has, those of its file twins too.</summary>
    public static IEnumerable<string> Keys =>
        File.ReadLines(Path.Combine(Checkout.Root, "README.md"))
            .SkipWhile(line => !line.StartsWith("| key |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => Key().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value))
            .SelectMany(key => IsSecret(key) ? new[] { key, $"{key}_FILE" } : [key]);

    /// <summary>What a setting must not be.</summary>
    /// <exception cref="KeyNotFoundException">The table has a key that this list lacks.</exception>
    public static IEnumerable<(string Text, Reader Reader)> WrongValues(string key) => key switch
    {
        "ConnectionStrings__Shop" => [.. Of(Reader.Host, "nonsense", "Host=127.0.0.1;Nonsense=1", "Host=127.0.0.1;Maximum Pool Size=20"), .. Of(Reader.Migrator, "nonsense", "")],
        "ConnectionStrings__Shop_FILE" => [.. Of(Reader.Host, NoSecrets), .. WrongFiles],
        "PRODUCT_PORT" or "USER_PORT" or "ORDER_PORT" => WrongPorts,
        "BIND_ADDRESS" => Of(Reader.Host, "nowhere", "203.0.113.1"),
        "LOG_FORMAT" => Of(Reader.Host, "xml"),
        "TELEMETRY" => Of(Reader.Host, "no", "true"),
        "AccessLog__ReadsPerSecond" => Of(Reader.Host, "-1", "1000001", "all"),
        "AccessLog__SlowMilliseconds" => Of(Reader.Host, "-1", "600001", "0.5"),
        "ELASTICSEARCH_URL" => Of(
            Reader.Host, "elasticsearch", "elasticsearch:9200", "ftp://elasticsearch", "http://elastic:secret@elasticsearch:9200", "http://a:9200,http://b:9200", "http://elasticsearch:9200/?pretty"),
        "ELASTICSEARCH_INDEX" => Of(Reader.Host, "Logs", "-logs", "logs shop", "logs/shop", "logs-*", "logs,shop", "logs\"shop"),
        // The second has no password with it, as the password after it no user.
        "ELASTICSEARCH_USERNAME" => Of(Reader.Host, "an:n", "ann"),
        "ELASTICSEARCH_PASSWORD" => Of(Reader.Host, "secret"),
        "ELASTICSEARCH_API_KEY" => Of(Reader.Host, "two words", "kéy"),
        "ELASTICSEARCH_PASSWORD_FILE" or "ELASTICSEARCH_API_KEY_FILE" or "ELASTICSEARCH_CA_FILE" => Of(Reader.Host, NoSecrets),
        "CORS_ORIGINS" => Of(
            Reader.Host, "example.com", "https://example.com/", "https://example.com/path", "*, https://example.com", "ftp://example.com", "https://a.example.com,", "null"),
        "Batches__MaxSize" => Of(Reader.Host, "0", "10001", "many"),
        "Batches__MaxWaiting" => Of(Reader.Host, "-5", "1000001"),
        "Pools__Orders" => Of(Reader.Host, "1", "1001", "few"),
        "Pools__Reads" or "Pools__Writes" or "Pools__Lists" or "Pools__Scans" or "Pools__Rescue" => Of(Reader.Host, "0", "1001"),
        "MAX_CONNECTIONS" => Of(Reader.Host, "0", "1000001", "all"),
        "Stop__DelaySeconds" => Of(Reader.Host, "-1", "301"),
        "Stop__TimeoutSeconds" => Of(Reader.Host, "0", "301"),
        "DATA_FOLDER" => Of(Reader.OwnDatabase, EmptyFile, "/dev/null/nowhere"),
        "SHOP_PASSWORD" or "SHOP_PRODUCT_PASSWORD" or "SHOP_ORDER_PASSWORD" or "SHOP_USER_PASSWORD" or "SHOP_MONITOR_PASSWORD" => NoPassword,
        "SHOP_PASSWORD_FILE" or "SHOP_PRODUCT_PASSWORD_FILE" or "SHOP_ORDER_PASSWORD_FILE" or "SHOP_USER_PASSWORD_FILE"
            or "SHOP_MONITOR_PASSWORD_FILE" => WrongFiles,
        "SAMPLE_DATA" => Of(Reader.Migrator, "perhaps", "1"),
        _ => throw new KeyNotFoundException($"What is wrong for {key}?"),
    };

    static bool IsSecret(string key) =>
        key.EndsWith("_PASSWORD", StringComparison.Ordinal) || key.EndsWith("_API_KEY", StringComparison.Ordinal) || key == "ConnectionStrings__Shop";

    static IEnumerable<(string Text, Reader Reader)> Of(Reader reader, params string[] texts) => texts.Select(text => (text, reader));

    [GeneratedRegex("`([A-Za-z_]+)`")]
    private static partial Regex Key();
}
