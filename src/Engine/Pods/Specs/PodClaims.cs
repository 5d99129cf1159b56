using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>A volume of a pod that is a claim's.</summary>
internal sealed record PodClaim(string Volume, string Claim, bool IsReadOnly);

/// <summary>The claims that a pod has, and whether it can have them now.</summary>
internal static class PodClaims
{
    public static IEnumerable<PodClaim> Of(KubernetesObject pod) =>
        from volume in pod.Items("spec", "volumes")
        let source = volume["persistentVolumeClaim"]
        where source is not null
        select new PodClaim(volume["name"]?.ToString() ?? "", source["claimName"]?.ToString() ?? "", source["readOnly"]?.ToString() == "true");

    /// <returns>Why it must wait, as kube-scheduler words it; null where it need not.</returns>
    public static string? WhyNot(StoredObject pod, ObjectStore store)
    {
        foreach (var each in Of(pod.View))
        {
            if (store.Find(new(Kinds.PersistentVolumeClaim, pod.Key.Namespace, each.Claim)) is not { } claim)
                return $"0/1 nodes are available: persistentvolumeclaim \"{each.Claim}\" not found.";
            if (claim.IsBeingDeleted)
                return $"0/1 nodes are available: persistentvolumeclaim \"{each.Claim}\" is being deleted.";
            if (claim.View.Text("status", "phase") == "Lost")
                return $"0/1 nodes are available: persistentvolumeclaim \"{each.Claim}\" bound to non-existent persistentvolume \"{claim.View.Text("spec", "volumeName")}\".";
            if (claim.View.Text("status", "phase") != "Bound")
                return "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
            if (KubernetesObject.Texts(claim.View.At("spec", "accessModes")).Contains("ReadWriteOncePod") && IsUsed(pod, each.Claim, store))
                return "0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.";
        }
        return null;
    }

    private static bool IsUsed(StoredObject pod, string claim, ObjectStore store) => store.List(Kinds.Pod, pod.Key.Namespace).Items.Any(other => other.Key != pod.Key
        && other.View.Text("spec", "nodeName").Length > 0 && other.View.Text("status", "phase") is not ("Succeeded" or "Failed") && Of(other.View).Any(each => each.Claim == claim));
}
