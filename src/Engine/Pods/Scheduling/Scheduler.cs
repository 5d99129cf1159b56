using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Scheduling;

/// <summary>Gives pods to the one node, or says why not.</summary>
public sealed class Scheduler(ClusterObjects objects, string nodeName = NodeObject.Name)
{
    private readonly EventRecorder events = new(objects, "default-scheduler");
    private readonly Lock _deciding = new();

    /// <summary>Until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        new KindWatch(objects.Store, Kinds.Pod, events).RunAsync(Take, _ => ScheduleAll(), cancellationToken),
        // And so may a claim that gets its volume.
        new KindWatch(objects.Store, Kinds.PersistentVolumeClaim, events).RunAsync(_ => ScheduleAll(), _ => { }, cancellationToken),
        // A label that comes to the node may be what a pod waits for.
        new KindWatch(objects.Store, Kinds.Node, events).RunAsync(_ => ScheduleAll(), _ => { }, cancellationToken));

    /// <summary>What one pod had for itself alone may be what another waits for.</summary>
    private void Take(StoredObject pod)
    {
        if (pod.View.Text("status", "phase") is "Succeeded" or "Failed")
        {
            if (PodClaims.Of(pod.View).Any())
                ScheduleAll();
        }
        else
            Schedule(pod);
    }

    private void ScheduleAll()
    {
        foreach (var pod in objects.Store.List(Kinds.Pod).Items)
            Schedule(pod);
    }

    /// <summary>One pod after the other, by what it and the node are now: of two decisions at once an outdated one might be the last.</summary>
    private void Schedule(StoredObject seen)
    {
        lock (_deciding)
        {
            if (objects.Store.Find(seen.Key) is { } item)
                Decide(item);
        }
    }

    private void Decide(StoredObject item)
    {
        if (item.View.Text("spec", "nodeName").Length > 0 || item.IsBeingDeleted || item.View.Text("spec", "schedulerName") is not ("" or "default-scheduler")
            || item.View.Items("spec", "schedulingGates").Any() || objects.Store.Find(new(Kinds.Node, "", nodeName)) is not { } node)
            return;
        try
        {
            if ((PodClaims.WhyNot(item, objects.Store) ?? NodeFit.WhyNot(new(item), node.View)) is { } why)
                Refuse(item, why);
            else
                Bind(item);
        }
        catch (StatusException e) when (e.Code is 404 or 409)
        {
            // It has been deleted or changed meanwhile; the change comes here, too.
        }
    }

    private void Bind(StoredObject item)
    {
        objects.Update(item.Key, json =>
        {
            if (new KubernetesObject(json).Uid == item.View.Uid)
                json.Always("spec")["nodeName"] = nodeName;
        });
        events.Normal(item.View, "Scheduled", $"Successfully assigned {item.Key.Namespace}/{item.Key.Name} to {nodeName}");
    }

    private void Refuse(StoredObject item, string why)
    {
        if (item.View.Condition("PodScheduled") is { } known && known["message"]?.ToString() == why)
            return;
        objects.UpdateStatus(item.Key, json =>
        {
            var status = json["status"] as JsonObject ?? [];
            var conditions = new JsonArray([.. (status["conditions"] as JsonArray ?? []).Where(condition => condition?["type"]?.ToString() != "PodScheduled").Select(condition => condition?.DeepClone())]);
            conditions.Add(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = objects.Timestamp(),
                ["reason"] = "Unschedulable",
                ["message"] = why,
            });
            status["phase"] ??= "Pending";
            status["conditions"] = conditions;
            json["status"] = status.Parent is null ? status : status.DeepClone();
        });
        events.Warning(item.View, "FailedScheduling", why);
    }
}
