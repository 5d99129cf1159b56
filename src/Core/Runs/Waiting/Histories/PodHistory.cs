using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// One pod, event after event: how its containers ended, each run of each of them once. A pod that must exit 0 has failed as soon as one deciding
/// container has failed for good, and passed when all have exited 0.
/// </summary>
/// <param name="deciding">The containers that decide; empty: all main containers. Sidecars that run on do not count then.</param>
/// <param name="maxRestarts">Restarts after which restartPolicy OnFailure has had its chances.</param>
internal sealed class PodHistory(IReadOnlyList<string> deciding, int maxRestarts)
{
    private readonly SortedDictionary<(string Container, long Run), (Termination End, bool Killed)> _ends = [];
    private KubernetesObject? _last;

    /// <summary>Whether something else ended it (an eviction, its deadline, its node's shutdown) before its outcome was known.</summary>
    private bool _cutShort;

    /// <summary>Whether it was deleted before a container of it had failed it; null while it is not being deleted.</summary>
    private bool? _stopped;

    public KubernetesObject Pod => _last ?? throw new InvalidOperationException("no event yet");

    public bool Deleted { get; private set; }

    /// <summary>Whether it was ever seen to be Ready.</summary>
    public bool WasReady { get; private set; }

    /// <summary>Whether a container of it was ever seen to run, or to have run with success.</summary>
    public bool Ran { get; private set; }

    /// <summary>Whether all its containers have ended and none is started again.</summary>
    public bool HasEnded => Pod.Text("status", "phase") is "Succeeded" or "Failed";

    /// <summary>Its containers that are not running any more and ended with an error, when last seen.</summary>
    public IEnumerable<ContainerStatus> FailedContainers => ContainerStatus.Of(Pod).Where(each => each.Ended is { ExitCode: not 0 });

    public void Take(KubernetesObject pod, bool deleted)
    {
        _cutShort |= IsCutShort(pod) && (_last is null || Outcome is TestOutcome.Running);
        if (DeletionRequested(pod) is { } requestedAt)
            _stopped ??= !(_last is not null && HasEnded) && !FailedAtInit(pod, requestedAt);
        _last = pod;
        Deleted |= deleted;
        WasReady |= PodReadiness.WasReady(pod);
        var requested = DeletionRequested(pod);
        foreach (var status in ContainerStatus.Of(pod).Where(each => !each.Init))
        {
            Ran |= status.Running || status.Ended is { ExitCode: 0 } || status.EndedBefore is { ExitCode: 0 };
            Note(status.Name, status.Restarts - 1, status.EndedBefore, requested);
            Note(status.Name, status.Restarts, status.Ended, requested);
        }
    }

    /// <summary>What its containers' ends say. One that is gone without having ended says nothing: whose pod it is decides what that means.</summary>
    public TestOutcome Outcome
    {
        get
        {
            var names = deciding.Count > 0 ? deciding : [.. Pod.Items("spec", "containers").Select(each => each["name"]?.ToString() ?? "")];
            var statuses = ContainerStatus.Of(Pod).ToDictionary(each => (each.Name, each.Init));
            var ends = names.SelectMany(name => EndOf(name, statuses.GetValueOrDefault((name, false))) is { } found
                ? [(Name: name, found.End, found.Killed)] : Array.Empty<(string Name, Termination End, bool Killed)>()).ToList();
            var duration = Between(ends.Select(each => each.End));
            var failed = ends.Where(each => each.End.ExitCode != 0 || each.Killed).ToList();
            if (failed.Count > 0)
            {
                var text = string.Join("; ", failed.Select(each => $"container '{each.Name}' ended with {each.End}{(each.Killed ? ", because its pod was deleted while it ran" : "")}"));
                return new TestOutcome.Failed(duration, text + PodReason(Pod), Pod.Name, [.. failed.Select(each => each.Name)]);
            }
            // Where some containers decide, the others may fail, and their pod with them. What answers SIGTERM with exit 0 has decided nothing.
            var ended = ends.Count == names.Count && ends.Count > 0 && !_cutShort;
            if (deciding.Count > 0 && ended)
                return new TestOutcome.Passed(duration);
            if (Pod.Text("status", "phase") == "Failed")
                return new TestOutcome.Failed(duration, PodText.WhyFailed(Pod), Pod.Name, [.. FailedContainers.Select(each => each.Name)]);
            return Pod.Text("status", "phase") == "Succeeded" || ended
                ? new TestOutcome.Passed(duration)
                : new TestOutcome.Running(PodText.State(Pod));
        }
    }

    /// <summary>Whether it ended because it was deleted, and not by itself.</summary>
    public bool WasKilled => _ends.Values.Any(each => each.Killed) || (_stopped == true && _ends.Count == 0);

    private void Note(string container, long run, Termination? end, DateTimeOffset? requested)
    {
        // What was known before the pod was being deleted ended by itself, whatever its times say; what the deletion's signals ended did not: the
        // clocks of node and server differ.
        if (end is not null)
            _ends.TryAdd((container, run), (end, requested is { } at && (end.Finished is null || end.Finished >= at || end is { ExitCode: 137 or 143, Reason: not "OOMKilled" })));
    }

    /// <summary>The kubelet gives a reason where it was not the containers' own doing; the pod is Failed when the last container has ended.</summary>
    private static bool IsCutShort(KubernetesObject pod) => pod.Condition("DisruptionTarget")?["status"]?.ToString() == "True"
        || pod.Text("status", "reason") is "DeadlineExceeded" or "Evicted"
        || (pod.Text("status", "phase") == "Failed" && pod.Text("status", "reason").Length > 0);

    private static bool FailedAtInit(KubernetesObject pod, DateTimeOffset before) =>
        ContainerStatus.Of(pod).Any(each => each.Init && each.Ended is { ExitCode: not 0, Finished: { } at } && at < before);

    /// <summary>
    /// The end of a deciding container, or null while it may still come. Where it is restarted whatever it ended with (Always), the first end that is
    /// known counts, and a failure before a success; with OnFailure, and where a rule of its own restarts it, the kubelet retries until the limit.
    /// </summary>
    private (Termination End, bool Killed)? EndOf(string container, ContainerStatus? status)
    {
        List<(Termination End, bool Killed)> ends = [.. _ends.Where(each => each.Key.Container == container).Select(each => each.Value)];
        var restarts = ContainerRestarts.Of(Pod, container);
        var counted = ends.FindAll(each => each.Killed || !restarts.FollowsByRule(each.End.ExitCode));
        var triedOut = ends.Count > 0 && status is { Running: false } && status.Restarts >= maxRestarts;
        return restarts.Policy switch
        {
            _ when counted.Count == 0 => triedOut ? ends[^1] : null,
            "Always" => counted.Find(each => each.End.ExitCode != 0) is { End: not null } bad ? bad : counted[0],
            "OnFailure" when counted.Find(each => each.End.ExitCode == 0) is { End: not null } good => good,
            "OnFailure" => triedOut ? ends[^1] : null,
            _ => counted[^1],
        };
    }

    /// <summary>When its deletion was asked for; null where it was not. A pod that has ended already is not killed by it.</summary>
    private static DateTimeOffset? DeletionRequested(KubernetesObject pod) =>
        KubernetesObject.Time(pod.Text("metadata", "deletionTimestamp")) is { } end ? end - TimeSpan.FromSeconds(KubernetesObject.Number(pod.At("metadata", "deletionGracePeriodSeconds"))) : null;

    private static string PodReason(KubernetesObject pod) =>
        pod.Text("status", "reason") is { Length: > 0 } reason ? $" ({reason}: {pod.Text("status", "message")})" : "";

    private static TimeSpan Between(IEnumerable<Termination> ends)
    {
        var times = ends.Where(end => end is { Started: not null, Finished: not null }).ToList();
        return times.Max(end => end.Finished) - times.Min(end => end.Started) is { } duration && duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
    }
}
