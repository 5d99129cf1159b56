using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>What was seen of an object that must become ready: whether it ever was, and whether it is gone.</summary>
internal sealed class ObjectHistory
{
    public bool Seen { get; private set; }

    public bool WasReady { get; private set; }

    /// <summary>The first state that is final by the rules of its kind; null while there was none.</summary>
    public ReadinessState.Failed? Failed { get; private set; }

    public bool Gone { get; private set; }

    /// <summary>As it was last seen.</summary>
    public KubernetesObject? Last { get; private set; }

    public void Take(KubernetesObject item, bool deleted)
    {
        (Seen, Gone, Last) = (true, deleted, item);
        var state = Readiness.Of(item);
        WasReady |= state is ReadinessState.Done;
        Failed ??= state as ReadinessState.Failed;
    }
}
