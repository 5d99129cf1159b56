using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kontrakt.Kubernetes.Config;

/// <summary>Certificates and keys as kubeconfigs hold them: PEM.</summary>
internal static class PemCertificates
{
    /// <summary>Every certificate of a PEM text.</summary>
    /// <exception cref="CryptographicException">A block is not a certificate.</exception>
    public static X509Certificate2Collection ReadAll(ReadOnlyMemory<byte> pem)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Encoding.UTF8.GetString(pem.Span));
        return all;
    }

    /// <summary>The first certificate with its private key (PKCS#1, PKCS#8 or SEC 1).</summary>
    /// <exception cref="CryptographicException">No such pair.</exception>
    public static X509Certificate2 ReadPair(ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> key)
    {
        var keyText = Encoding.UTF8.GetString(key.Span);
        if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("the key is encrypted");
        var pair = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(certificate.Span), keyText);
        if (!OperatingSystem.IsWindows())
            return pair;
        using (pair) // Windows' TLS wants the key in its own store.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }
}
