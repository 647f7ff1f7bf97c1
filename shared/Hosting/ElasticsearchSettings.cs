using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Shop.Shared.Hosting;

/// <summary>Where log lines go, and how one gets in there.</summary>
sealed partial record ElasticsearchSettings(string Url, string Index, string? Username, string? Password, string? ApiKey, string? CaFile)
{
    /// <summary>Reads what is set; what is wrong is refused also where nothing is sent.</summary>
    /// <returns>Null without an <c>ELASTICSEARCH_URL</c>.</returns>
    /// <exception cref="StartupException">A setting is wrong; the message names its key.</exception>
    public static ElasticsearchSettings? Read(IConfiguration configuration)
    {
        var (username, password) = (Text(configuration, "ELASTICSEARCH_USERNAME"), Secret.Read(key => configuration[key], "ELASTICSEARCH_PASSWORD"));
        var settings = new ElasticsearchSettings(
            Text(configuration, "ELASTICSEARCH_URL") ?? "",
            Text(configuration, "ELASTICSEARCH_INDEX") ?? "logs-shop-default",
            username,
            password,
            Secret.Read(key => configuration[key], "ELASTICSEARCH_API_KEY"),
            Text(configuration, "ELASTICSEARCH_CA_FILE"));
        settings.Check();
        return settings.Url.Length > 0 ? settings : null;
    }

    static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } text ? text : null;

    void Check()
    {
        if (Url.Length > 0 && !IsAddress(Url))
        {
            // It is not shown: a password may stand in it.
            throw new StartupException("ELASTICSEARCH_URL must be an address such as http://elasticsearch:9200, without a user or a query.");
        }

        if (!IndexName().IsMatch(Index))
        {
            throw new StartupException($"ELASTICSEARCH_INDEX is \"{Index}\": it must be the name of a data stream, in lower case, such as logs-shop-default.");
        }

        if (Username?.Contains(':', StringComparison.Ordinal) == true)
        {
            throw new StartupException($"ELASTICSEARCH_USERNAME is \"{Username}\": it must have no colon.");
        }

        if (Username is null != Password is null)
        {
            throw new StartupException("ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD: one is set and the other is not.");
        }

        if (ApiKey?.All(character => character is > ' ' and < '\x7f') == false)
        {
            throw new StartupException("ELASTICSEARCH_API_KEY has blanks in it, or other characters that no key has.");
        }

        if (ApiKey is not null && Username is not null)
        {
            throw new StartupException("ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME are both set: keep one of them.");
        }

        if (CaFile is not null)
        {
            CheckCertificates(CaFile);
        }
    }

    static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
        && uri.GetLeftPart(UriPartial.Path).TrimEnd('/') == text.TrimEnd('/');

    static void CheckCertificates(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            if (certificates.Count == 0)
            {
                throw new StartupException($"ELASTICSEARCH_CA_FILE names a file without a certificate (PEM): {file}");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupException($"ELASTICSEARCH_CA_FILE names a file that cannot be read: {fault.Message}", fault);
        }
    }

    // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create: what a name must not have or begin with.
    [GeneratedRegex("""^(?![-_+.])[^A-Z\\/*?"<>| ,#:\p{C}]{1,255}$""")]
    private static partial Regex IndexName();
}
