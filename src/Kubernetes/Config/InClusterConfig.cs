using System.Globalization;

namespace Kontrakt.Kubernetes.Config;

/// <summary>The service account that every pod is given.</summary>
internal static class InClusterConfig
{
    /// <param name="folder">Where token, ca.crt and namespace are mounted.</param>
    /// <param name="host">KUBERNETES_SERVICE_HOST.</param>
    /// <param name="port">KUBERNETES_SERVICE_PORT.</param>
    /// <returns>Null outside a pod, or in one that mounts no token.</returns>
    public static ClusterConnection? Read(string folder, string? host, string? port)
    {
        var token = Path.Combine(folder, "token");
        if (string.IsNullOrEmpty(host) || !File.Exists(token))
            return null;
        if (!int.TryParse(string.IsNullOrEmpty(port) ? "443" : port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > ushort.MaxValue)
            throw new KubeConfigException($"KUBERNETES_SERVICE_PORT is '{port}', not a port");
        try
        {
            var authority = Path.Combine(folder, "ca.crt");
            var ns = Path.Combine(folder, "namespace");
            return new()
            {
                Name = "in-cluster",
                Server = new UriBuilder("https", host, number).Uri,
                CertificateAuthority = File.Exists(authority) ? File.ReadAllBytes(authority) : null,
                Namespace = File.Exists(ns) ? File.ReadAllText(ns).Trim() : null,
                Identity = new ClusterIdentity.TokenFile(token),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{folder}: the pod's service account cannot be read: {e.Message}", e);
        }
    }
}
