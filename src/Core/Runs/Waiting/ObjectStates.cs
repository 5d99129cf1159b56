using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>The state of a kontrakt's objects: by what has happened to them where that is final, else by what they show now, with the reason.</summary>
internal sealed class ObjectStates(KontraktWatch watch, LaterObjects later, TimeProvider time)
{
    /// <summary>How long something that was applied may be away: its first event is on its way, or whoever deleted it makes it again.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Manifest, DateTimeOffset> _absent = new(ReferenceEqualityComparer.Instance);
    private ILookup<Manifest, KubernetesObject>? _pods;
    private DateTimeOffset _look;

    /// <summary>When the next absence becomes final, or a pod has run for long enough; null for none. What has become so during the look is not lost.</summary>
    public DateTimeOffset? NextEnd => _absent.Values.Select(since => (DateTimeOffset?)(since + Absence)).Where(end => end > _look).Append(watch.Steadiness.NextEnd(_look)).Min();

    /// <summary>A look begins: the cluster may show something else since the last one.</summary>
    public void Refresh() => (_pods, _look) = (null, time.GetUtcNow());

    public static bool IsIgnored(Manifest manifest) => manifest.Object.Annotations.TryGetValue(KontraktTest.WaitAnnotation, out var wait) && wait == "false";

    /// <summary>Whether something that was applied has been away for long enough. A wait of its own process has listed what exists after apply.</summary>
    public bool IsAway(Manifest manifest)
    {
        var now = time.GetUtcNow();
        _absent.TryAdd(manifest, now);
        return now - _absent[manifest] >= (watch.FromTheBeginning || later.IsStarted(manifest) || watch.History.WasSeen(manifest) ? Absence : TimeSpan.Zero);
    }

    public ReadinessState Of(Manifest manifest)
    {
        if (watch.History.Verdict(manifest) is { } verdict)
            return verdict is ReadinessState.Done && watch.View.Find(manifest) is { Kind: "Pod" } pod && pod.Text("metadata", "deletionTimestamp").Length == 0 && Unsteady(manifest, pod) is { } shaky
                ? new ReadinessState.Waiting(shaky) : verdict;
        if (watch.View.Find(manifest) is not { } item)
            return IsAway(manifest)
                ? new ReadinessState.Failed(Diagnostics.Ktr.ObjectGone, TestOutcome.WhoDeletes(manifest.Object))
                : new ReadinessState.Waiting("does not exist (any more)");
        _absent.Remove(manifest);
        if (watch.History.IsOutdated(manifest, item))
            return new ReadinessState.Waiting("was applied again, and has not been seen since");
        if (item is { Kind: "PersistentVolumeClaim", ApiVersion: "v1" })
            return OfClaim(item);
        return Readiness.Of(item) switch
        {
            ReadinessState.Waiting waiting => new ReadinessState.Waiting(item.Kind == "Pod" ? watch.WithEvents(manifest, waiting.Message) : waiting.Message + WhyNot(manifest, item)),
            ReadinessState.Done when Unsteady(manifest, item) is { } why => new ReadinessState.Waiting(why),
            var state => state,
        };
    }

    /// <summary>Why something that is ready by its status may be so for a moment only, as its pods show; null where it is steady, or ends by itself.</summary>
    public string? Unsteady(Manifest manifest, KubernetesObject item)
    {
        if (item.Kind is "Job" or "CronJob")
            return null;
        if (item is { Kind: "Pod", ApiVersion: "v1" })
            return watch.Steadiness.WhyNot(item);
        _pods ??= watch.View.Pods().ToLookup(each => each.Manifest, each => each.Pod, (IEqualityComparer<Manifest>)ReferenceEqualityComparer.Instance);
        // Pods that end are their owner's matter, also where that was made by a custom resource.
        var pods = _pods[manifest].Where(pod => pod.Text("spec", "restartPolicy") is "Always" or "").ToList();
        var unsteady = pods.Where(pod => Readiness.Of(pod) is ReadinessState.Done).Select(pod => (Pod: pod, Why: watch.Steadiness.WhyNot(pod))).Where(each => each.Why is not null).ToList();
        if (WorkloadReadiness.Wanted(item) is not { } wanted)
            return unsteady is [var any, ..] ? $"pod {any.Pod.Name}: {any.Why}" : null;
        // Its status may be older than its pods, which are watched apart.
        var steady = pods.Count(pod => Readiness.Of(pod) is ReadinessState.Done) - unsteady.Count;
        if (steady >= wanted)
            return null;
        var state = watch.Cluster.State;
        var first = unsteady is [var one, ..] ? $"; pod {one.Pod.Name}: {one.Why}"
            : pods.Find(pod => Readiness.Of(pod) is not ReadinessState.Done) is { } pod ? $"; pod {pod.Name}: {PodText.State(pod, state.EventsOf(pod))}" : "";
        return $"{steady} of {wanted} pods are ready and stable{first}";
    }

    /// <summary>A Deployment's own status never says why its pods do not exist; its events and its pods do.</summary>
    public string WhyNot(Manifest manifest, KubernetesObject item)
    {
        var state = watch.Cluster.State;
        var pod = watch.View.PodsOf(manifest).FirstOrDefault(each => Readiness.Of(each) is not ReadinessState.Done);
        if (pod is not null)
            return $"; pod {pod.Name}: {PodText.State(pod, state.EventsOf(pod))}";
        return state.EventsOf(item).LastOrDefault(each => each.Text("type") == "Warning") is { } warning ? $"; {warning.Text("message")}" : "";
    }

    private ReadinessState OfClaim(KubernetesObject claim)
    {
        var state = watch.Cluster.State;
        var events = state.EventsOf(claim);
        var waits = events.Any(each => each.Text("reason") == "WaitForFirstConsumer");
        var used = state.Pods.Any(pod => pod.Items("spec", "volumes").Any(volume => KubernetesObject.At(volume, "persistentVolumeClaim", "claimName")?.ToString() == claim.Name));
        // Why it is not bound is in events of type Normal (FailedBinding) as well as by warnings (ProvisioningFailed).
        return Readiness.OfClaim(claim, waits, used) is ReadinessState.Waiting unbound && events.Count > 0
            ? new ReadinessState.Waiting($"{unbound.Message}; {events[^1].Text("message")}")
            : Readiness.OfClaim(claim, waits, used);
    }
}
