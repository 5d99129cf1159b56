using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The replica sets of one deployment: the one of its template, and the earlier ones, the oldest first.</summary>
internal sealed record ReplicaSets(StoredObject? New, IReadOnlyList<StoredObject> Old)
{
    public IEnumerable<StoredObject> All => New is null ? Old : Old.Append(New);

    /// <summary>Those that have pods, or should have.</summary>
    public IReadOnlyList<StoredObject> ActiveOld => [.. Old.Where(set => Wanted(set) > 0)];

    public long TotalWanted => All.Sum(Wanted);

    public static long Wanted(StoredObject set) => KubernetesObject.Number(set.View.At("spec", "replicas"), 1);

    public static long Count(StoredObject set, string field) => KubernetesObject.Number(set.View.At("status", field));

    /// <summary>No more than it should have: the status of a set that was just scaled down still counts those that are about to go.</summary>
    public static long Available(StoredObject set) => Math.Min(Wanted(set), Count(set, "availableReplicas"));

    public static long Revision(KubernetesObject item) =>
        long.TryParse(item.Annotations.GetValueOrDefault(Annotations.Revision), System.Globalization.CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public static long Age(StoredObject set) => KubernetesObject.Time(set.View.Text("metadata", "creationTimestamp"))?.UtcTicks ?? 0;

    internal static class Annotations
    {
        public const string Revision = "deployment.kubernetes.io/revision";
        public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
        public const string Desired = "deployment.kubernetes.io/desired-replicas";
        public const string Max = "deployment.kubernetes.io/max-replicas";

        /// <summary>Kept by the deployment itself, or about it alone.</summary>
        public static bool IsOwn(string name) => name is Revision or RevisionHistory or Desired or Max or "deprecated.deployment.rollback.to" or "kubectl.kubernetes.io/last-applied-configuration";
    }
}
