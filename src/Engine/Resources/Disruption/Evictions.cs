using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Deletes pods for who asks whether it may, in place of just doing so: a budget may say no (Kubernetes, "API-initiated eviction").</summary>
internal sealed class Evictions(ClusterObjects objects)
{
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <exception cref="StatusException">429: not now; 500: more than one budget is about the pod.</exception>
    public void Evict(ObjectKey key, Deletion options, UserInfo user)
    {
        var pod = objects.Store.Get(key);
        if (!pod.IsBeingDeleted && pod.View.Text("status", "phase") is not ("Succeeded" or "Failed" or "Pending"))
            Ask(pod, options.DryRun);
        if (!options.DryRun)
            objects.UpdateStatus(key, item => Conditions.Set(item.Always("status"), new("DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting"), objects.Timestamp()));
        objects.Delete(key, options with { Uid = options.Uid ?? pod.View.Uid }, user);
    }

    private void Ask(StoredObject pod, bool dryRun)
    {
        var budgets = Budgets.Of(objects.Store, pod).ToList();
        if (budgets.Count > 1)
            throw new StatusException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        if (budgets.Count == 0 || IsFree(pod, budgets[0].View))
            return;
        // Of two at once, only one may get the last that is allowed: the store changes one after the other.
        objects.UpdateStatus(budgets[0].Key, item =>
        {
            var (status, name) = (item.Always("status"), budgets[0].Key.Name);
            if ((status.Number("observedGeneration") ?? 0) < (item.Metadata().Number("generation") ?? 0))
                throw NotNow($"The disruption budget {name} is still being processed by the server.", 10);
            if ((status.Number("disruptionsAllowed") ?? 0) <= 0)
                throw NotNow($"The disruption budget {name} needs {status.Number("desiredHealthy") ?? 0} healthy pods and has {status.Number("currentHealthy") ?? 0} currently");
            status["disruptionsAllowed"] = status.Number("disruptionsAllowed") - 1;
            status.Always("disruptedPods")[pod.Key.Name] = objects.Timestamp();
        }, dryRun: dryRun);
    }

    /// <summary>A pod that serves nobody may go, as long as enough others do, or always where the budget says so.</summary>
    private static bool IsFree(StoredObject pod, KubernetesObject budget) => !PodState.IsReady(pod.View)
        && (budget.Text("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow"
            || (CellText.Number(budget, 0, "status", "desiredHealthy") is > 0 and var desired && CellText.Number(budget, 0, "status", "currentHealthy") >= desired));

    private static StatusException NotNow(string why, long retrySeconds = 0)
    {
        var details = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = why }) };
        if (retrySeconds > 0)
            details["retryAfterSeconds"] = retrySeconds;
        return new(429, "TooManyRequests", Refusal, details);
    }
}
