using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>Whether a pod that is not Ready was so before, or ever can be.</summary>
internal static class PodReadiness
{
    /// <summary>Whether somebody says when it is ready. Without that, a container is ready as soon as it runs.</summary>
    public static bool HasProbe(KubernetesObject pod) =>
        pod.Items("spec", "containers").Any(container => container["readinessProbe"] is not null) || pod.Items("spec", "readinessGates").Any();

    /// <summary>
    /// Whether it is Ready, or was so in the present run of its containers: a condition that turned to False after they had started was True before.
    /// </summary>
    public static bool WasReady(KubernetesObject pod)
    {
        if (StandsWithoutEnded(pod))
            return true;
        if (pod.Condition("Ready") is not { } ready)
            return false;
        var started = ContainerStatus.Of(pod).Where(each => !each.Init).Select(each => each.Ended?.Started).Min();
        return ready["status"]?.ToString() == "True" || (started is { } at && KubernetesObject.Time(ready["lastTransitionTime"]?.ToString()) > at);
    }

    /// <summary>
    /// Whether it is as ready as it gets: nobody probes it, a container has ended with success and is not started again, and the others run. Kubernetes
    /// never calls such a pod Ready.
    /// </summary>
    public static bool StandsWithoutEnded(KubernetesObject pod)
    {
        if (HasProbe(pod) || pod.Text("status", "phase") != "Running" || pod.Text("metadata", "deletionTimestamp").Length > 0 || Hindrance(pod) is null)
            return false;
        var main = ContainerStatus.Of(pod).Where(each => !each.Init).ToList();
        return main.Count == pod.Items("spec", "containers").Count() && main.Exists(each => each.Running)
            && main.TrueForAll(each => each.Running ? each.Ready : each.Ended is { ExitCode: 0 });
    }

    /// <summary>Whether a container has ended with success and is not started again, and none has failed. Kubernetes never calls such a pod Ready again.</summary>
    public static bool HasEndedWell(KubernetesObject pod) =>
        Hindrance(pod) is { Ended.ExitCode: 0 } && ContainerStatus.Of(pod).Where(each => !each.Init).All(each => each.Running || each.Ended is { ExitCode: 0 });

    /// <summary>The container that keeps it from becoming Ready for good, as it has ended and is not started again; null where there is none.</summary>
    public static ContainerStatus? Hindrance(KubernetesObject pod) =>
        ContainerStatus.Of(pod).FirstOrDefault(each => !each.Init && each.Ended is { } end && !ContainerRestarts.Of(pod, each.Name).Follows(end.ExitCode));
}
