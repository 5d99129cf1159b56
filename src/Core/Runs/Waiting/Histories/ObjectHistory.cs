using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>What was seen of an object that must become ready: whether it ever was, and whether it is gone.</summary>
internal sealed class ObjectHistory
{
    public bool Seen { get; private set; }

    public bool WasReady { get; private set; }

    /// <summary>The first state that is final by the rules of its kind; null while there was none.</summary>
    public ReadinessState.Failed? Failed { get; private set; }

    /// <summary>Whether it is deleted, or being deleted; of a custom resource, whose controller may take its time, only the former.</summary>
    public bool Gone { get; private set; }

    /// <summary>Whether it is a pod that was ready and is not any more since a container of it has ended with success.</summary>
    public bool HasEndedWell => WasReady && Last is { Kind: "Pod" } pod && PodReadiness.HasEndedWell(pod);

    /// <summary>As it was last seen.</summary>
    public KubernetesObject? Last { get; private set; }

    public void Take(KubernetesObject item, bool deleted)
    {
        var leaving = item.Text("metadata", "deletionTimestamp").Length > 0 && !Readiness.IsCustom(item.GroupVersionKind);
        (Seen, Gone, Last) = (true, deleted || leaving, item);
        var state = Readiness.Of(item);
        WasReady |= state is ReadinessState.Done;
        Failed ??= state as ReadinessState.Failed;
    }
}
