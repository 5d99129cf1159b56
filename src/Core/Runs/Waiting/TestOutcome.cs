using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>What a test's pods and Job say of it. Pure functions of their status; a closed set: match on it.</summary>
public abstract record TestOutcome
{
    private TestOutcome() { }

    /// <param name="State">What it does meanwhile, in a line.</param>
    public sealed record Running(string State) : TestOutcome;

    public sealed record Passed(TimeSpan Duration) : TestOutcome;

    /// <param name="Message">Why: container and exit code, or the pod's or Job's own reason.</param>
    /// <param name="Pod">The pod that failed; "" where there is none.</param>
    /// <param name="Containers">The containers that failed; empty where it was not for one of them.</param>
    public sealed record Failed(TimeSpan Duration, string Message, string Pod, IReadOnlyList<string> Containers) : TestOutcome;

    /// <summary>A pod that must exit 0. It has failed as soon as one deciding container has failed for good, and passed when all have exited 0.</summary>
    /// <param name="deciding">The containers that decide; empty: all main containers. Sidecars that run on do not count then.</param>
    /// <param name="maxRestarts">Restarts after which restartPolicy OnFailure has had its chances.</param>
    public static TestOutcome OfPod(KubernetesObject pod, IReadOnlyList<string> deciding, int maxRestarts)
    {
        var policy = pod.Text("spec", "restartPolicy") is { Length: > 0 } text ? text : "Always";
        var names = deciding.Count > 0 ? deciding : [.. pod.Items("spec", "containers").Select(each => each["name"]?.ToString() ?? "")];
        var statuses = ContainerStatus.Of(pod).Where(each => !each.Init && names.Contains(each.Name, StringComparer.Ordinal)).ToList();
        List<(string Name, Termination End)> ends = [.. statuses.SelectMany(status => End(status, policy, maxRestarts) is { } end ? [(status.Name, end)] : Array.Empty<(string, Termination)>())];
        var duration = Between(ends.Select(each => each.End));
        var failed = ends.Where(each => each.End.ExitCode != 0).ToList();
        if (failed.Count > 0)
            return new Failed(duration, string.Join("; ", failed.Select(each => $"container '{each.Name}' ended with {each.End}")) + PodReason(pod), pod.Name, [.. failed.Select(each => each.Name)]);
        if (pod.Text("status", "phase") == "Failed")
            return new Failed(duration, PodText.WhyFailed(pod), pod.Name, [.. ContainerStatus.Of(pod).Where(each => each.Ended is { ExitCode: not 0 }).Select(each => each.Name)]);
        return pod.Text("status", "phase") == "Succeeded" || (ends.Count == names.Count && ends.Count > 0)
            ? new Passed(duration)
            : new Running(PodText.State(pod));
    }

    /// <summary>A pod that must become Ready (kontrakt: readiness); one that ends with success was ready enough.</summary>
    public static TestOutcome OfReadiness(KubernetesObject item) => Readiness.Of(item) switch
    {
        ReadinessState.Done => new Passed(ReadyAfter(item)),
        ReadinessState.Failed failed => new Failed(ReadyAfter(item), failed.Message, item.Kind == "Pod" ? item.Name : "", []),
        ReadinessState.Waiting waiting => new Running(waiting.Message),
        _ => throw new InvalidOperationException("an unknown readiness"),
    };

    /// <summary>A Job: its own conditions decide, its retries are its own. Its pods say which container it was.</summary>
    /// <param name="deciding">When given, the first pod whose deciding containers have ended decides, since a running sidecar keeps a Job from ending.</param>
    public static TestOutcome OfJob(KubernetesObject job, IEnumerable<KubernetesObject> pods, IReadOnlyList<string> deciding, int maxRestarts)
    {
        var latestFirst = pods.OrderByDescending(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ToList();
        var outcomes = latestFirst.ConvertAll(pod => OfPod(pod, deciding, maxRestarts));
        switch (Readiness.Of(job))
        {
            case ReadinessState.Done:
                return new Passed(JobDuration(job));
            case ReadinessState.Failed failed:
                var last = outcomes.OfType<Failed>().FirstOrDefault();
                // Jobs and pods are watched apart: the end of a pod, which says why, may be seen after that of its Job.
                if (last is null && latestFirst.Zip(outcomes).Any(each => each.Second is Running && each.First.At("metadata", "deletionTimestamp") is null))
                    return new Running($"{failed.Message}; the end of its pod is waited for");
                return new Failed(JobDuration(job), last is null ? failed.Message : $"{last.Message}; {failed.Message}", last?.Pod ?? "", last?.Containers ?? []);
        }
        if (deciding.Count > 0 && outcomes.FirstOrDefault(outcome => outcome is not Running) is { } decided)
            return decided;
        return outcomes.OfType<Running>().FirstOrDefault() ?? new Running(Readiness.Of(job) is ReadinessState.Waiting waiting ? waiting.Message : "is waited for");
    }

    /// <summary>Several pods of one template (a Deployment labelled test): all must pass, one failure decides.</summary>
    /// <param name="expected">How many pods there must be.</param>
    public static TestOutcome All(IReadOnlyList<TestOutcome> outcomes, long expected)
    {
        if (outcomes.OfType<Failed>().FirstOrDefault() is { } failed)
            return failed;
        if (outcomes.Count < Math.Max(1, expected))
            return new Running($"{outcomes.Count} of {Math.Max(1, expected)} pods exist");
        return outcomes.OfType<Running>().FirstOrDefault() ?? (TestOutcome)new Passed(outcomes.OfType<Passed>().Max(passed => passed.Duration));
    }

    /// <summary>
    /// The end of a deciding container, or null while it may still come. Where the pod restarts what ended (Always), the first end that is
    /// still known counts, and a failure before a success; with OnFailure the kubelet retries until the limit.
    /// </summary>
    private static Termination? End(ContainerStatus status, string policy, int maxRestarts) => policy switch
    {
        "Always" => status.EndedBefore is { ExitCode: not 0 } before ? before : status.Ended is { ExitCode: not 0 } now ? now : status.EndedBefore ?? status.Ended,
        "OnFailure" when status.Ended is { ExitCode: 0 } ended => ended,
        "OnFailure" => !status.Running && status.Restarts >= maxRestarts ? status.Ended ?? status.EndedBefore : null,
        _ => status.Ended,
    };

    private static string PodReason(KubernetesObject pod) =>
        pod.Text("status", "reason") is { Length: > 0 } reason ? $" ({reason}: {pod.Text("status", "message")})" : "";

    private static TimeSpan Between(IEnumerable<Termination> ends)
    {
        var times = ends.Where(end => end is { Started: not null, Finished: not null }).ToList();
        return times.Max(end => end.Finished) - times.Min(end => end.Started) is { } duration ? Positive(duration) : TimeSpan.Zero;
    }

    private static TimeSpan JobDuration(KubernetesObject job)
    {
        var end = Time(job.Text("status", "completionTime")) ?? Time(job.Condition("Failed")?["lastTransitionTime"]?.ToString());
        return end - Time(job.Text("status", "startTime")) is { } duration ? Positive(duration) : TimeSpan.Zero;
    }

    private static TimeSpan ReadyAfter(KubernetesObject item) =>
        Time(item.Condition("Ready")?["lastTransitionTime"]?.ToString()) - Time(item.Text("metadata", "creationTimestamp")) is { } duration ? Positive(duration) : TimeSpan.Zero;

    private static TimeSpan Positive(TimeSpan duration) => duration < TimeSpan.Zero ? TimeSpan.Zero : duration;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
