using Kontrakt.Clusters.Embedded;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Clusters;

/// <summary>What a cluster is, apart from which one it is.</summary>
internal static class ClusterKind
{
    /// <summary>"embedded engine 0.1.0 linux/amd64" or "Kubernetes v1.31.0 linux/amd64"; null where the server does not say.</summary>
    public static async Task<string?> AskAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        try
        {
            var version = await client.GetVersionAsync(cancellationToken);
            return $"{(version.GitVersion.EndsWith("+kontrakt", StringComparison.Ordinal) ? $"embedded engine {EngineFolder.Version}" : $"Kubernetes {version.GitVersion}")} {version.Platform}".TrimEnd();
        }
        catch (KubernetesException)
        {
            // Whatever is wrong, whoever runs next on the cluster will say it.
            return null;
        }
    }
}
