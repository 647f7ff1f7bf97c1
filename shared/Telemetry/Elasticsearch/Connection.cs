using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>Where Elasticsearch is and how one gets in.</summary>
/// <param name="Address">Of <c>_bulk</c>.</param>
/// <param name="Authorization">The header, or null where anybody may write.</param>
/// <param name="Authorities">Whom its certificate must come from, instead of those that the system trusts; null for the latter.</param>
/// <param name="ChecksCertificate">Whether it matters who issued it at all.</param>
/// <param name="UsesProxy">Whether the system's proxy is used.</param>
/// <param name="Compresses">Whether requests are compressed (gzip).</param>
/// <param name="Timeout">How long an answer may take.</param>
sealed record Connection(
    Uri Address,
    AuthenticationHeaderValue? Authorization,
    X509Certificate2Collection? Authorities,
    bool ChecksCertificate,
    bool UsesProxy,
    bool Compresses,
    TimeSpan Timeout)
{
    public HttpClient Open() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = UsesProxy,
        // So that a name that points elsewhere now is noticed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // A batch is part of no request's trace.
        ActivityHeadersPropagator = null,
        SslOptions = Tls(),
    })
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = 64 << 20,
        DefaultRequestHeaders = { Authorization = Authorization },
    };

    SslClientAuthenticationOptions Tls()
    {
        var options = new SslClientAuthenticationOptions();
        if (Authorities is not null)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities);
        }

        if (!ChecksCertificate)
        {
#pragma warning disable CA5359 // Somebody asked for that, by name.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return options;
    }
}
