using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Clusters;

/// <summary>Where a lease is: what a step records of it for the next one.</summary>
/// <param name="ServiceAccount">"" for the caller's own account.</param>
/// <param name="Created">Whether the run made the namespace (and so deletes it); false with KontraktNamespace.</param>
public record LeasePlace(string Kontrakt, string RunId, string Namespace, string ServiceAccount, bool Created)
{
    /// <summary>What is done there is done as the caller, who may do more than a kontrakt.</summary>
    public bool IsCallers => ServiceAccount.Length == 0;
}

/// <summary>A kontrakt's namespace and account on a cluster.</summary>
public sealed record Lease : LeasePlace
{
    public Lease(LeasePlace place, ClusterClient caller, ClusterClient account) : base(place) => (Caller, Account) = (caller, account);

    /// <summary>The client of whoever runs the build: reads status, logs and events, deletes the namespace.</summary>
    public ClusterClient Caller { get; init; }

    /// <summary>The client of the lease's service account: applies the manifests.</summary>
    public ClusterClient Account { get; init; }
}
