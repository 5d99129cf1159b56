using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Kubernetes.Client;

/// <summary>TLS towards one cluster: whom it trusts, and the certificate it shows.</summary>
internal static class TlsTrust
{
    /// <param name="identity">The client certificate to show, or null.</param>
    public static void Set(SslClientAuthenticationOptions options, ClusterConnection connection, ClusterIdentity.ClientCertificate? identity)
    {
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        if (connection.CertificateAuthority is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(PemCertificates.ReadAll(authority));
            options.CertificateChainPolicy = policy;
        }
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            errors == SslPolicyErrors.None || connection.InsecureSkipTlsVerify
                ? true
                : throw new AuthenticationException(Why(connection, certificate, chain, errors));
        if (identity is not null)
        {
            var chain = PemCertificates.ReadAll(identity.Certificate);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                PemCertificates.ReadPair(identity.Certificate, identity.Key), [.. chain.Skip(1)], offline: true);
        }
    }

    private static string Why(ClusterConnection connection, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null)
            return "the server showed no certificate";
        var name = connection.TlsServerName ?? connection.Server.Host;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the server's certificate ({certificate.Subject}) is not for {name}; if the server is reached by another name, set tls-server-name in the kubeconfig's cluster";
        var statuses = chain?.ChainStatus.Select(status => status.Status) ?? [];
        if (statuses.Any(status => status == X509ChainStatusFlags.NotTimeValid))
            return $"the server's certificate ({certificate.Subject}) is valid from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()}; check this machine's clock, or renew it";
        var trust = connection.CertificateAuthority is null
            ? "by no authority that this machine trusts; set certificate-authority in the kubeconfig's cluster"
            : "by another authority than the kubeconfig's certificate-authority; the cluster may have been created again: fetch its kubeconfig again";
        return $"the server's certificate ({certificate.Subject}) is signed {trust} ({string.Join(", ", statuses)})";
    }
}
