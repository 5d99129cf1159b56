using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Clusters;

/// <summary>A kontrakt's namespace and account on a cluster.</summary>
/// <param name="Caller">The client of whoever runs the build: reads status, logs and events, deletes the namespace.</param>
/// <param name="Account">The client of the lease's service account: applies the manifests.</param>
/// <param name="Created">Whether the run made the namespace (and so deletes it); false with KontraktNamespace.</param>
public sealed record Lease(string Kontrakt, string RunId, string Namespace, string ServiceAccount, bool Created, KubernetesClient Caller, KubernetesClient Account);
