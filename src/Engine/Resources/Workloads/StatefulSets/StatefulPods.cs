using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Makes and deletes the numbered pods of stateful sets.</summary>
internal sealed class StatefulPods(ClusterObjects objects, EventRecorder events)
{
    public StatefulClaims Claims { get; } = new(objects, events);

    /// <summary>The number in a pod's name; -1 for a name that is not of the set's.</summary>
    public static long OrdinalOf(StoredObject set, KubernetesObject pod)
    {
        var prefix = $"{set.Key.Name}-";
        return pod.Name.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(pod.Name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;
    }

    public static string RevisionOf(StoredObject pod) => pod.View.Labels.GetValueOrDefault(TemplateRevisions.Label, "");

    public void Create(StoredObject set, long ordinal, string revision, JsonObject template)
    {
        var pod = PodWriter.FromTemplate(set, template);
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = $"{set.Key.Name}-{number}";
        var metadata = pod.Metadata();
        metadata["name"] = name;
        metadata["generateName"] = $"{set.Key.Name}-";
        var labels = metadata.Always("labels");
        labels[TemplateRevisions.Label] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = number;
        pod.Always("spec")["hostname"] = name;
        if (set.View.Text("spec", "serviceName") is { Length: > 0 } service)
            pod.Always("spec")["subdomain"] = service;
        Claims.Give(set, ordinal, pod);
        try
        {
            objects.Create(Kinds.Pod, set.Key.Namespace, pod);
            events.Normal(set.View, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Key.Name} successful");
        }
        catch (StatusException e)
        {
            if (e.Reason != "AlreadyExists" && !PodWriter.IsEndOfNamespace(e))
                events.Warning(set.View, "FailedCreate", $"create Pod {name} in StatefulSet {set.Key.Name} failed error: {e.Message}");
            throw;
        }
    }

    public void Delete(StoredObject set, StoredObject pod)
    {
        if (objects.TryDelete(pod))
            events.Normal(set.View, "SuccessfulDelete", $"delete Pod {pod.Key.Name} in StatefulSet {set.Key.Name} successful");
    }

    /// <summary>A pod that has ended is made again, whatever it ended with.</summary>
    public void Replace(StoredObject set, StoredObject pod)
    {
        var (reason, what) = PodState.HasFailed(pod.View) ? ("RecreatingFailedPod", "failed") : ("RecreatingTerminatedPod", "terminated");
        events.Warning(set.View, reason, $"StatefulSet {set.Key.Namespace}/{set.Key.Name} is recreating {what} Pod {pod.Key.Name}");
        Delete(set, pod);
    }
}
