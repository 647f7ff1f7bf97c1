using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>An authority that issues certificates for this machine.</summary>
sealed class Authority : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly X509Certificate2 own;

    public Authority()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        System.IO.File.WriteAllText(File, own.ExportCertificatePem());
    }

    /// <summary>Its certificate.</summary>
    public string File => Path.Combine(folder.Path, "ca.pem");

    /// <summary>A certificate, with its key.</summary>
    public X509Certificate2 Issue()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(own, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        own.Dispose();
        folder.Dispose();
    }
}
