using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Clusters;

/// <summary>Which cluster a run uses.</summary>
/// <param name="Connection">null: the embedded engine.</param>
/// <param name="Why">The end of a sentence that begins with the cluster.</param>
public sealed record ClusterDecision(ClusterConnection? Connection, string Why);
