using System.Globalization;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// For how long containers have run since their latest start, counted from when that was first seen: the clocks of nodes may differ from this one. A container
/// that crashes at each start runs, and is even ready, for a moment each time.
/// </summary>
internal sealed class Steadiness(TimeProvider time)
{
    /// <summary>How long a container must run that has been restarted: a service that crashed only until its database ran passes.</summary>
    private static readonly TimeSpan AfterRestart = TimeSpan.FromSeconds(10);

    /// <summary>How long a container must run of which no probe says that it is ready. A kubelet looks once a second for what has ended, and reports it some time later.</summary>
    private static readonly TimeSpan WithoutProbe = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Dictionary<Run, DateTimeOffset>> _since = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    /// <summary>When the next pod that was not steady at the last look will be; null for none. No event comes then.</summary>
    /// <param name="look">When that look began: what has ended since must be looked at.</param>
    public DateTimeOffset? NextEnd(DateTimeOffset look) => _ends.Values.Where(end => end > look).Select(end => (DateTimeOffset?)end).Min();

    /// <summary>Takes in a pod as it is now.</summary>
    public void Take(KubernetesObject pod, bool deleted)
    {
        var before = _since.GetValueOrDefault(pod.Uid);
        _since.Remove(pod.Uid);
        _ends.Remove(pod.Uid);
        if (deleted)
            return;
        var now = time.GetUtcNow();
        _since[pod.Uid] = Running(pod).ToDictionary(each => each.Run, each => before is not null && before.TryGetValue(each.Run, out var since) ? since : now);
    }

    /// <summary>Why a pod that is Ready may be so for a moment only; null where it is steady.</summary>
    public string? WhyNot(KubernetesObject pod)
    {
        _ends.Remove(pod.Uid);
        var now = time.GetUtcNow();
        var open = Running(pod).Select(each => (each.Container, Since: Since(pod, each.Run) ?? now, Wanted: Wanted(pod, each.Container)))
            .Where(each => now - each.Since < each.Wanted).ToList();
        if (open.Count == 0)
            return null;
        _ends[pod.Uid] = open.Max(each => each.Since + each.Wanted);
        var (container, since, wanted) = open.MaxBy(each => each.Since + each.Wanted);
        var why = container.Restarts > 0 ? $"restarted{(container.EndedBefore is { } end ? $" after {end}" : "")}; is it stable?" : "has no readiness probe; does it stay up?";
        return string.Create(CultureInfo.InvariantCulture, $"container '{container.Name}' {why} {(now - since).TotalSeconds:0} s of {wanted.TotalSeconds:0} s");
    }

    private DateTimeOffset? Since(KubernetesObject pod, Run run) => _since.TryGetValue(pod.Uid, out var runs) && runs.TryGetValue(run, out var since) ? since : null;

    private static TimeSpan Wanted(KubernetesObject pod, ContainerStatus container) => container.Restarts > 0 ? AfterRestart : IsProbed(pod, container) ? TimeSpan.Zero : WithoutProbe;

    private static bool IsProbed(KubernetesObject pod, ContainerStatus container) => pod.Items("spec", container.Init ? "initContainers" : "containers")
        .Any(each => each["name"]?.ToString() == container.Name && (each["readinessProbe"] ?? each["startupProbe"]) is not null);

    private static IEnumerable<(ContainerStatus Container, Run Run)> Running(KubernetesObject pod) =>
        ContainerStatus.Of(pod).Where(each => each.Running).Select(each => (each, new Run(each.Name, each.Init, each.Restarts)));

    private readonly record struct Run(string Container, bool Init, long Number);
}
