using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Counts how many of a budget's pods may be evicted at this moment.</summary>
internal sealed class DisruptionController(ClusterObjects objects) : IReconciler
{
    /// <summary>After that, an eviction that had been allowed and did not happen is forgotten.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "disruption-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var item = change.Object;
        if (item.Key.Kind == Kinds.PodDisruptionBudget)
            return [item.Key];
        if (item.Key.Kind == Kinds.Pod)
            return Budgets.Of(objects.Store, item).Concat(change.Previous is { } before ? Budgets.Of(objects.Store, before) : []).Select(budget => budget.Key).Distinct();
        return item.Key.Kind.Subresources.Contains("scale") ? objects.Store.List(Kinds.PodDisruptionBudget, item.Key.Namespace).Items.Select(budget => budget.Key) : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { IsBeingDeleted: false } budget)
            return null;
        var pods = Budgets.PodsOf(objects.Store, budget);
        var (now, next) = (objects.Time.GetUtcNow(), (DateTimeOffset?)null);
        var count = Count(budget, pods);
        objects.UpdateStatus(key, item =>
        {
            var status = item.Always("status");
            var disrupted = Disrupted(status, pods, now);
            next = disrupted.Select(pair => KubernetesObject.Time(pair.Value?.ToString()) + Patience).Min();
            var healthy = pods.LongCount(pod => !pod.IsBeingDeleted && PodState.IsReady(pod.View) && !disrupted.ContainsKey(pod.Key.Name));
            if (count is not var (expected, desired))
            {
                status["disruptionsAllowed"] = 0L;
                Conditions.Set(status, new("DisruptionAllowed", "False", "SyncFailed", "a pod of it has a controller that cannot be scaled, so what the budget says is a share of nothing"), objects.Timestamp());
                return;
            }
            var allowed = expected == 0 ? 0 : Math.Max(0, healthy - desired);
            status["currentHealthy"] = healthy;
            status["desiredHealthy"] = desired;
            status["disruptionsAllowed"] = allowed;
            status["expectedPods"] = expected;
            status["observedGeneration"] = KubernetesObject.Number(budget.View.At("metadata", "generation"));
            if (disrupted.Count > 0)
                status["disruptedPods"] = disrupted;
            else
                status.Remove("disruptedPods");
            Conditions.Set(status, allowed > 0 ? new("DisruptionAllowed", "True", "SufficientPods", "") : new("DisruptionAllowed", "False", "InsufficientPods", ""), objects.Timestamp());
        });
        return next;
    }

    private static JsonObject Disrupted(JsonObject status, IReadOnlyList<StoredObject> pods, DateTimeOffset now)
    {
        var there = pods.Where(pod => !pod.IsBeingDeleted).Select(pod => pod.Key.Name).ToHashSet(StringComparer.Ordinal);
        return new((status.Map("disruptedPods") ?? []).Where(pair => there.Contains(pair.Key) && KubernetesObject.Time(pair.Value?.ToString()) + Patience > now)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
    }

    /// <returns>How many pods there should be, and how many of them must be healthy; null where that cannot be known.</returns>
    private (long Expected, long Desired)? Count(StoredObject budget, IReadOnlyList<StoredObject> pods)
    {
        if (budget.View.At("spec", "minAvailable") is { } least && !least.ToString().EndsWith('%'))
            return (pods.Count, KubernetesObject.Number(least));
        if (Scale(pods) is not { } expected)
            return null;
        if (budget.View.At("spec", "minAvailable") is { } share)
            return (expected, RolloutAmount.Of(share, expected, Math.Ceiling));
        return budget.View.At("spec", "maxUnavailable") is { } most ? (expected, Math.Max(0, expected - RolloutAmount.Of(most, expected, Math.Ceiling))) : (expected, 0);
    }

    /// <summary>The numbers that the pods' controllers are asked for. A pod without a controller has none.</summary>
    private long? Scale(IReadOnlyList<StoredObject> pods)
    {
        var owners = new Dictionary<ObjectKey, long>();
        foreach (var pod in pods.Where(pod => OwnerReferences.Controller(pod.View) is not null))
        {
            if (Scaled(pod) is not { } owner)
                return null;
            owners[owner.Key] = Workloads.Replicas(owner.View);
        }
        return owners.Values.Sum();
    }

    /// <summary>What says how many pods there should be: a pod's controller, or the Deployment of its ReplicaSet; null for a kind that cannot be scaled.</summary>
    private StoredObject? Scaled(StoredObject pod)
    {
        var owner = ControllerOf(pod);
        if (owner?.Key.Kind == Kinds.ReplicaSet && ControllerOf(owner) is { } deployment && deployment.Key.Kind == Kinds.Deployment)
            owner = deployment;
        return owner?.Key.Kind.Subresources.Contains("scale") == true ? owner : null;
    }

    private StoredObject? ControllerOf(StoredObject item) => OwnerReferences.Controller(item.View) is { } reference
        && OwnerReferences.KeyOf(objects.Store, item, reference) is { } key && objects.Store.Find(key) is { } owner && owner.View.Uid == reference.Text("uid") ? owner : null;
}

/// <summary>Which budget is about which pods.</summary>
internal static class Budgets
{
    public static IEnumerable<StoredObject> Of(ObjectStore store, StoredObject pod) =>
        store.List(Kinds.PodDisruptionBudget, pod.Key.Namespace).Items.Where(budget => LabelSelector.From(budget.View.At("spec", "selector")).Matches(pod));

    public static IReadOnlyList<StoredObject> PodsOf(ObjectStore store, StoredObject budget)
    {
        var selector = LabelSelector.From(budget.View.At("spec", "selector"));
        return [.. store.List(Kinds.Pod, budget.Key.Namespace).Items.Where(pod => selector.Matches(pod) && !PodState.HasEnded(pod.View))];
    }
}
