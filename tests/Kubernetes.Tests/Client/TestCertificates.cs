using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Tests.Client;

/// <summary>Certificates made for one test.</summary>
internal static class TestCertificates
{
    public static byte[] Authority(string name)
    {
        using var certificate = SelfSigned(name);
        return Encoding.UTF8.GetBytes(certificate.ExportCertificatePem());
    }

    /// <summary>A certificate that is its own authority, for a DNS name.</summary>
    public static X509Certificate2 SelfSigned(string name, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var end = until ?? DateTimeOffset.UtcNow.AddDays(1);
        return request.CreateSelfSigned(end.AddDays(-10), end);
    }

    /// <summary>A client's certificate and key as PEM; kind is rsa or ecdsa, with pkcs8 in that format.</summary>
    public static (byte[] Certificate, byte[] Key) ClientPair(string name, string kind)
    {
        using AsymmetricAlgorithm key = kind.StartsWith("rsa", StringComparison.Ordinal) ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var text = kind.EndsWith("pkcs8", StringComparison.Ordinal) ? key.ExportPkcs8PrivateKeyPem()
            : key is RSA plain ? plain.ExportRSAPrivateKeyPem() : ((ECDsa)key).ExportECPrivateKeyPem();
        return (Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()), Encoding.UTF8.GetBytes(text));
    }
}
