using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>What is known of a pod; each change is written to its status at once.</summary>
internal sealed class PodBoard
{
    private readonly Lock gate = new();
    private readonly ClusterObjects objects;
    private readonly List<ContainerSnapshot> containers;
    private PodStatus status;

    public PodBoard(PodDefinition pod, ClusterObjects objects, string nodeAddress)
    {
        (Pod, this.objects) = (pod, objects);
        containers = [.. pod.Containers.Select(container => new ContainerSnapshot(container, new ContainerState.Waiting(pod.Init.Count > 0 ? "PodInitializing" : "ContainerCreating")))];
        status = new(pod, containers) { StartTime = objects.Timestamp(), NodeAddress = nodeAddress };
    }

    public PodDefinition Pod { get; }

    public ContainerSnapshot this[ContainerDefinition container]
    {
        get { lock (gate) return containers[IndexOf(container)]; }
    }

    public string Phase
    {
        get { lock (gate) return status.PhaseNow; }
    }

    public void Change(ContainerDefinition container, Func<ContainerSnapshot, ContainerSnapshot> change)
    {
        lock (gate)
        {
            var index = IndexOf(container);
            containers[index] = change(containers[index]);
            Publish();
        }
    }

    public void SetAddress(string address)
    {
        lock (gate)
        {
            status = status with { Address = address };
            Publish();
        }
    }

    /// <summary>The pod has failed, whatever its containers say.</summary>
    public void Fail(string reason, string message)
    {
        lock (gate)
        {
            status = status with { Phase = "Failed", Reason = reason, Message = message };
            Publish();
        }
    }

    /// <summary>Why the pod will have failed, once its containers have ended: nobody is to see it failed without that. One that has ended stays as it is.</summary>
    public void Explain(string reason, string message)
    {
        lock (gate)
        {
            if (status.PhaseNow is "Succeeded" or "Failed")
                return;
            status = status with { Reason = reason, Message = message };
            Publish();
        }
    }

    public void Publish()
    {
        lock (gate)
        {
            try
            {
                objects.UpdateStatus(Pod.Key, Write);
            }
            catch (StatusException e) when (e.Code == 404)
            {
                // The pod has been deleted by force: nobody reads its status any more.
            }
        }
    }

    private void Write(JsonObject json)
    {
        var view = new KubernetesObject(json);
        // By force deleted, and made again by the same name: that is another pod's status.
        if (view.Uid != Pod.Uid)
            return;
        var before = new KubernetesObject((JsonObject)json.DeepClone());
        json["status"] = status.ToJson(before, objects.Timestamp());
    }

    private int IndexOf(ContainerDefinition container) => containers.FindIndex(each => ReferenceEquals(each.Definition, container));
}
