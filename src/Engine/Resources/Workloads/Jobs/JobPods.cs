using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// The pods of jobs. Each carries a finalizer until its end has been counted, so that none is forgotten that somebody deletes.
/// </summary>
internal sealed class JobPods(ClusterObjects objects, EventRecorder events)
{
    public const string Finalizer = "batch.kubernetes.io/job-tracking";
    private readonly OwnedObjects pods = new(objects, Kinds.Job, Kinds.Pod);
    private readonly PodWriter writer = new(objects, events);
    /// <summary>Pods that a status has counted, while their finalizer is still to be taken away.</summary>
    private readonly HashSet<string> counted = new(StringComparer.Ordinal);

    public IEnumerable<ObjectKey> OwnersOf(StoreEvent change) => pods.OwnersOf(change);

    public IReadOnlyList<StoredObject> Of(StoredObject job) => pods.Claim(job, _ => true);

    public IEnumerable<StoredObject> Uncounted(IEnumerable<StoredObject> own) => own.Where(pod => IsTracked(pod) && !counted.Contains(pod.View.Uid));

    public void Counted(IEnumerable<StoredObject> ended)
    {
        var list = ended.ToList();
        counted.UnionWith(list.Select(pod => pod.View.Uid));
        foreach (var pod in list)
            Release(pod);
    }

    /// <summary>Pods whose job is gone, or has ended, are held by nothing any more.</summary>
    public void ReleaseAll(ObjectKey job, Func<StoredObject, bool> which)
    {
        foreach (var pod in objects.Store.List(Kinds.Pod, job.Namespace).Items.Where(pod => IsTracked(pod) && IsOf(pod, job) && which(pod)))
            Release(pod);
    }

    public StoredObject Create(StoredObject job, long? index)
    {
        var pod = PodWriter.FromTemplate(job);
        pod.Metadata().AlwaysList("finalizers").Add(Finalizer);
        if (index is { } number)
            IndexedPods.Give(pod, job.Key.Name, number);
        return writer.Create(job, pod, index is null ? $"{job.Key.Name}-" : $"{job.Key.Name}-{index}-");
    }

    public void Delete(StoredObject job, StoredObject pod) => writer.Delete(job, pod);

    private void Release(StoredObject pod)
    {
        objects.TryUpdate(pod, item => item.Metadata().RemoveText("finalizers", Finalizer));
        counted.Remove(pod.View.Uid);
    }

    private static bool IsTracked(StoredObject pod) => pod.View.At("metadata", "finalizers") is JsonArray finalizers && finalizers.Any(each => each?.ToString() == Finalizer);

    private static bool IsOf(StoredObject pod, ObjectKey job) =>
        OwnerReferences.Controller(pod.View) is { } owner && owner.Text("kind") == job.Kind.Kind && owner.Text("name") == job.Name;
}
