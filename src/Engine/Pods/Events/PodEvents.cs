using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Events;

/// <summary>What happens to one pod, reported within its <see cref="EventBudget"/>: a probe's output may be another one each second.</summary>
public sealed class PodEvents(EventRecorder recorder, KubernetesObject pod, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly EventBudget budget = new(time.GetUtcNow());

    /// <param name="fieldPath">The part of the pod that it is about, such as spec.containers{main}; "" for all of it.</param>
    public void Normal(string reason, string message, string fieldPath = "")
    {
        if (MayTell())
            recorder.Normal(pod, reason, message, fieldPath);
    }

    /// <param name="fieldPath">The part of the pod that it is about, such as spec.containers{main}; "" for all of it.</param>
    public void Warning(string reason, string message, string fieldPath = "")
    {
        if (MayTell())
            recorder.Warning(pod, reason, message, fieldPath);
    }

    private bool MayTell()
    {
        lock (gate)
            return budget.TrySpend(time.GetUtcNow());
    }
}
