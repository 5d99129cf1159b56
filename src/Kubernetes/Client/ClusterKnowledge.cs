using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Kubernetes.Client;

/// <summary>What was learnt of a cluster that holds for every identity.</summary>
internal sealed class ClusterKnowledge
{
    public Remembered<string, ResourceList> Resources { get; } = new();
    public Remembered<string, ServerVersion> Version { get; } = new();

    public Remembered<string, DiscoveredApis> Apis { get; } = new();
    public Remembered<string, OpenApiDocument> Schemas { get; } = new();

    /// <summary>Forgets what a new CustomResourceDefinition may change.</summary>
    public void Forget()
    {
        Resources.Clear();
        Apis.Clear();
        Schemas.Clear();
    }
}
