using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Keeps as many pods of a template as are asked for.</summary>
/// <param name="kind">ReplicaSet, or ReplicationController, its older form.</param>
internal sealed class ReplicaSetController(ClusterObjects objects, ResourceKind kind) : IReconciler
{
    private readonly OwnedObjects pods = new(objects, kind, Kinds.Pod);
    private readonly PodWriter writer = new(objects, new EventRecorder(objects, NameOf(kind)));

    public string Name => NameOf(kind);

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind == kind ? [change.Object.Key] : pods.OwnersOf(change);

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } set)
            return null;
        var own = pods.Claim(set, PodState.IsActive);
        var (counted, refusal) = set.IsBeingDeleted ? (own, null) : Scale(set, own);
        var now = objects.Time.GetUtcNow();
        objects.UpdateStatus(key, item => item["status"] = Status(item, set, counted, refusal, now));
        if (refusal is { } failure && !PodWriter.IsEndOfNamespace(failure))
            throw failure; // Said in the status and in an event by now; to be tried again.
        return PodState.NextAvailable(counted, MinReadySeconds(set.View), now);
    }

    /// <summary>Pods that are made one after the other, up to the first refusal: what refuses one refuses all, and need not be asked a hundred times.</summary>
    /// <returns>The pods there are afterwards.</returns>
    private (IReadOnlyList<StoredObject> Pods, StatusException? Refusal) Scale(StoredObject set, IReadOnlyList<StoredObject> own)
    {
        var wanted = KubernetesObject.Number(set.View.At("spec", "replicas"), 1);
        var surplus = PodRanks.FirstToGo(own).Take((int)Math.Max(0, own.Count - wanted)).ToList();
        foreach (var pod in surplus)
            writer.Delete(set, pod);
        var pods = own.Except(surplus).ToList();
        try
        {
            while (pods.Count < wanted)
                pods.Add(writer.Create(set, PodWriter.FromTemplate(set), $"{set.Key.Name}-"));
            return (pods, null);
        }
        catch (StatusException e)
        {
            return (pods, e);
        }
    }

    private JsonObject Status(JsonObject item, StoredObject set, IReadOnlyList<StoredObject> pods, StatusException? refusal, DateTimeOffset now)
    {
        var before = item["status"] as JsonObject;
        var template = (set.View.At("spec", "template", "metadata", "labels") as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value?.ToString());
        var minReady = MinReadySeconds(set.View);
        var status = new JsonObject { ["replicas"] = (long)pods.Count };
        status.PutCount("fullyLabeledReplicas", pods.LongCount(pod => template.All(label => pod.View.Labels.GetValueOrDefault(label.Key) == label.Value)));
        status.PutCount("readyReplicas", pods.LongCount(pod => PodState.IsReady(pod.View)));
        status.PutCount("availableReplicas", pods.LongCount(pod => PodState.IsAvailable(pod.View, minReady, now)));
        status["observedGeneration"] = KubernetesObject.Number(set.View.At("metadata", "generation"));
        if (before?["conditions"] is { } conditions)
            status["conditions"] = conditions.DeepClone();
        if (refusal is null)
            Conditions.Remove(status, "ReplicaFailure");
        else if (Conditions.Find(status, "ReplicaFailure") is null) // The first says enough; with a new one at each attempt, each would cause the next.
            Conditions.Set(status, new("ReplicaFailure", "True", "FailedCreate", refusal.Message), objects.Timestamp());
        return status;
    }

    private static string NameOf(ResourceKind kind) => kind == Kinds.ReplicaSet ? "replicaset-controller" : "replication-controller";

    private static long MinReadySeconds(KubernetesObject set) => KubernetesObject.Number(set.At("spec", "minReadySeconds"));
}
