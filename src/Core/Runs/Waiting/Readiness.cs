using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// When an object is ready: the rules per kind, pure functions of its status. Built-in kinds follow kubectl and kapp;
/// custom resources follow the conventions of kstatus, and only where they have status conditions.
/// </summary>
public static class Readiness
{
    /// <summary>Groups whose kinds are Kubernetes' own; conditions of their objects mean what the rules here say, or nothing.</summary>
    private static readonly HashSet<string> OwnGroups = new(StringComparer.Ordinal)
    {
        "", "apps", "batch", "autoscaling", "policy", "extensions", "events.k8s.io", "rbac.authorization.k8s.io", "networking.k8s.io", "storage.k8s.io",
        "scheduling.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "node.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
        "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io", "flowcontrol.apiserver.k8s.io", "metrics.k8s.io",
    };

    /// <summary>Whether objects of a kind can be anything but ready at once, so that they are worth a watch.</summary>
    public static bool Matters(GroupVersionKind kind) => (kind.Group, kind.Kind) switch
    {
        ("apps" or "extensions", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") => true,
        ("batch", "Job" or "CronJob") => true,
        ("", "Pod" or "Service" or "PersistentVolumeClaim" or "ReplicationController" or "Namespace") => true,
        ("apiextensions.k8s.io", "CustomResourceDefinition") or ("apiregistration.k8s.io", "APIService") => true,
        _ => IsCustom(kind),
    };

    /// <summary>Whether a kind is a custom resource (or an aggregated one), judged by its conditions.</summary>
    public static bool IsCustom(GroupVersionKind kind) => !OwnGroups.Contains(kind.Group);

    public static ReadinessState Of(KubernetesObject item)
    {
        // What has ended keeps its end: a Job's own time limit may be deleting it already.
        if (item.Text("metadata", "deletionTimestamp").Length > 0 && !HasEnded(item))
            return Deleting(item);
        var kind = item.GroupVersionKind;
        return (kind.Group, kind.Kind) switch
        {
            ("apps" or "extensions", "Deployment") => WorkloadReadiness.Deployment(item),
            ("apps", "StatefulSet") => WorkloadReadiness.StatefulSet(item),
            ("apps" or "extensions", "DaemonSet") => WorkloadReadiness.DaemonSet(item),
            ("apps" or "extensions", "ReplicaSet") or ("", "ReplicationController") => WorkloadReadiness.ReplicaSet(item),
            ("batch", "Job") => WorkloadReadiness.Job(item),
            ("", "Pod") => Pod(item),
            ("", "Service") => Service(item),
            ("", "PersistentVolumeClaim") => Claim(item),
            ("", "Namespace") => item.Text("status", "phase") is "Active" or "" ? ReadinessState.Ready : Waiting($"phase {item.Text("status", "phase")}"),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => All(item, "Established", "NamesAccepted"),
            ("apiregistration.k8s.io", "APIService") => All(item, "Available"),
            _ => IsCustom(kind) ? ConditionReadiness.Of(item) : ReadinessState.Ready,
        };
    }

    /// <summary>A claim that only binds once a pod uses it, and that no pod uses, is as ready as it gets.</summary>
    /// <param name="waitsForConsumer">Whether the cluster said so (event WaitForFirstConsumer on the claim).</param>
    /// <param name="consumed">Whether a pod of the namespace mounts it.</param>
    public static ReadinessState OfClaim(KubernetesObject claim, bool waitsForConsumer, bool consumed) =>
        Of(claim) is ReadinessState.Waiting && waitsForConsumer && !consumed && claim.Text("status", "phase") == "Pending" ? ReadinessState.Ready : Of(claim);

    private static bool HasEnded(KubernetesObject item) => item.Kind switch
    {
        "Job" => IsTrue(item, "Complete") || IsTrue(item, "Failed"),
        "Pod" => item.Text("status", "phase") is "Succeeded" or "Failed",
        _ => false,
    };

    private static ReadinessState.Waiting Deleting(KubernetesObject item)
    {
        var finalizers = string.Join(", ", (item.At("metadata", "finalizers") as JsonArray ?? []).Select(each => each?.ToString()));
        return Waiting(finalizers.Length == 0 ? "is being deleted" : $"is being deleted; its finalizers: {finalizers}");
    }

    private static ReadinessState Pod(KubernetesObject pod) => pod.Text("status", "phase") switch
    {
        "Succeeded" when !PodReadiness.HasProbe(pod) || PodReadiness.WasReady(pod) => ReadinessState.Ready,
        "Succeeded" => new ReadinessState.Failed(Ktr.PodFailed, "it ended with success and was never ready, as its readiness probe has to say"),
        // Somebody asks whether it is ready, and it cannot be any more.
        "Running" when PodReadiness.HasProbe(pod) && !PodReadiness.WasReady(pod) && PodReadiness.Hindrance(pod) is { } over =>
            new ReadinessState.Failed(Ktr.PodFailed, $"container '{over.Name}' ended with {over.Ended} and is not started again (restartPolicy {ContainerRestarts.Of(pod, over.Name).Policy}), so the pod cannot become ready"),
        "Failed" => new ReadinessState.Failed(Ktr.PodFailed, PodText.WhyFailed(pod)),
        "Running" when IsTrue(pod, "Ready") || PodReadiness.StandsWithoutEnded(pod) => ReadinessState.Ready,
        _ => Waiting(PodText.State(pod)),
    };

    private static ReadinessState Service(KubernetesObject service)
    {
        var type = service.Text("spec", "type");
        if (type == "ExternalName")
            return ReadinessState.Ready;
        if (service.Text("spec", "clusterIP").Length == 0)
            return Waiting("has no cluster IP yet");
        return type == "LoadBalancer" && !service.Items("status", "loadBalancer", "ingress").Any() && !service.Items("spec", "externalIPs").Any()
            ? Waiting("has no load balancer address yet (does this cluster have load balancers?)")
            : ReadinessState.Ready;
    }

    private static ReadinessState Claim(KubernetesObject claim) => claim.Text("status", "phase") switch
    {
        "Bound" => ReadinessState.Ready,
        "Lost" => new ReadinessState.Failed(Ktr.ResourceFailed, $"its volume {claim.Text("spec", "volumeName")} is lost"),
        _ => Waiting("is not bound to a volume yet"),
    };

    private static ReadinessState All(KubernetesObject item, params ReadOnlySpan<string> conditions)
    {
        foreach (var type in conditions)
        {
            if (!IsTrue(item, type))
                return Waiting(ConditionReadiness.Describe(item.Condition(type), type));
        }
        return ReadinessState.Ready;
    }

    private static bool IsTrue(KubernetesObject item, string condition) => (string?)item.Condition(condition)?["status"] == "True";

    private static ReadinessState.Waiting Waiting(string message) => new(message);
}

/// <summary>What an object's status says of its readiness. A closed set: match on it.</summary>
public abstract record ReadinessState
{
    private ReadinessState() { }

    /// <summary>There is nothing more to wait for.</summary>
    public sealed record Done : ReadinessState;

    /// <param name="Message">What is missing, for a person.</param>
    public sealed record Waiting(string Message) : ReadinessState;

    /// <summary>It will not become ready by itself.</summary>
    /// <param name="Kind">A diagnostic of the form "{object} failed: {message}".</param>
    public sealed record Failed(DiagnosticKind Kind, string Message) : ReadinessState;

    internal static ReadinessState Ready { get; } = new Done();
}
