using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>A container of a pod that should run, and that ended.</summary>
/// <param name="More">In how many pods more of the same object it is the same.</param>
internal sealed record Crash(string Pod, ContainerStatus Container, int More)
{
    /// <summary>Whether its end was that of the run before, whose log is the one that says why.</summary>
    public bool IsOfRunBefore => Container.Ended is null;

    /// <summary>Such as "container 'main' of pod api-1: CrashLoopBackOff, 3 restarts; ended with exit code 1".</summary>
    public string Text
    {
        get
        {
            var more = More == 0 ? "" : $" (and of {More} more)";
            var state = Container.Running ? "running" : Container.WaitingReason is { Length: > 0 } reason ? reason : "ended";
            return $"container '{Container.Name}' of pod {Pod}{more}: {state}, {CountText.Format(Container.Restarts, "restart")}; ended with {Container.Ended ?? Container.EndedBefore}";
        }
    }
}

/// <summary>Finds the containers that ended although they should run, or with an error.</summary>
internal static class Crashes
{
    /// <param name="pods">Those of one object: what is the same in several of them is one.</param>
    public static IReadOnlyList<Crash> Of(IEnumerable<KubernetesObject> pods) =>
    [
        .. pods.SelectMany(pod => ContainerStatus.Of(pod).Where(each => IsCrash(pod, each)), (pod, container) => (Pod: pod.Name, Container: container))
            .GroupBy(each => (each.Container.Name, each.Container.Init, (each.Container.Ended ?? each.Container.EndedBefore)?.ExitCode))
            .Select(same => new Crash(same.First().Pod, same.First().Container, same.Count() - 1)),
    ];

    private static bool IsCrash(KubernetesObject pod, ContainerStatus container) => (container.Ended ?? container.EndedBefore) is { } end
        && (end.ExitCode != 0 || (!container.Init && pod.Text("spec", "restartPolicy") is "Always" or ""));
}
