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

    /// <summary>When the next absence becomes final; null for none.</summary>
    public DateTimeOffset? NextEnd
    {
        get
        {
            var now = time.GetUtcNow();
            return _absent.Values.Select(since => (DateTimeOffset?)(since + Absence)).Where(end => end > now).Min();
        }
    }

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
            return verdict;
        if (watch.View.Find(manifest) is not { } item)
            return IsAway(manifest)
                ? new ReadinessState.Failed(Diagnostics.Ktr.ObjectGone, TestOutcome.WhoDeletes(manifest.Object))
                : new ReadinessState.Waiting("does not exist (any more)");
        _absent.Remove(manifest);
        if (watch.History.IsOutdated(manifest, item))
            return new ReadinessState.Waiting("was applied again, and has not been seen since");
        if (item is { Kind: "PersistentVolumeClaim", ApiVersion: "v1" })
            return OfClaim(item);
        return Readiness.Of(item) is ReadinessState.Waiting waiting ? new ReadinessState.Waiting(waiting.Message + WhyNot(manifest, item)) : Readiness.Of(item);
    }

    /// <summary>
    /// What was ready once is done, as for kubectl wait: a test may scale, restart or delete it. A pod may still fail by itself. A custom resource is
    /// not done while it exists, since its controller may come to it only later, and without conditions it counts as ready.
    /// </summary>
    public bool MayTurn(Manifest manifest) => manifest.Object is { Kind: "Pod", ApiVersion: "v1" } || Readiness.IsCustom(manifest.Object.GroupVersionKind) && watch.View.Find(manifest) is not null;

    /// <summary>A Deployment's own status never says why its pods do not exist; its events and its pods do.</summary>
    public string WhyNot(Manifest manifest, KubernetesObject item)
    {
        var state = watch.Cluster.State;
        if (item.Kind == "Pod")
            return state.EventsOf(item).LastOrDefault(each => each.Text("type") == "Warning") is { } own ? $"; {own.Text("message")}" : "";
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
