using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// What has happened to a kontrakt: hands each event, once and in order, to the history of the test or object that it is about, and keeps what is
/// decided by it. Nothing is decided before every watch has reported what existed when it began, since a Job and its pods are watched apart.
/// </summary>
internal sealed class KontraktHistory
{
    private readonly KontraktView _view;
    private readonly Dictionary<Manifest, Func<TestHistory>> _kinds = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Manifest, TestHistory> _histories = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Manifest, long> _generations = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Manifest, ObjectHistory> _objects = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Manifest, TestOutcome> _ended = new(ReferenceEqualityComparer.Instance);
    private readonly List<PodTemplate> _templates;
    private readonly HashSet<Manifest> _targets;
    private readonly HashSet<Manifest> _ran = new(ReferenceEqualityComparer.Instance);
    private readonly UnplacedEvents _unplaced;
    private readonly HashSet<Manifest> _touched = new(ReferenceEqualityComparer.Instance);

    public KontraktHistory(KontraktManifests manifests, IReadOnlyList<KontraktTest> tests, KontraktView view, int maxRestarts)
    {
        _view = view;
        _unplaced = new(view);
        foreach (var test in tests)
            _kinds[test.Template.Manifest] = () => TestHistory.Of(test.Template.Manifest.Object.Kind, test.IsReadiness, test.Deciding, maxRestarts);
        foreach (var manifest in manifests.Objects.Where(manifest => !_kinds.ContainsKey(manifest)))
        {
            _objects[manifest] = new();
            if (manifest.Object.Kind is "Job" or "Pod")
                _kinds[manifest] = () => TestHistory.Of(manifest.Object.Kind, readiness: false, [], maxRestarts);
        }
        foreach (var (manifest, make) in _kinds)
            _histories[manifest] = make();
        _templates = [.. manifests.PodTemplates.Where(template => template.Label == KontraktLabel.Target)];
        _targets = _templates.Select(template => template.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
    }

    /// <summary>Takes in an event that the state has taken in.</summary>
    /// <param name="decide">Whether every watch has reported what existed when it began.</param>
    public void Take(WatchEvent change, bool decide)
    {
        if (change.Object is { } item && item is not { Kind: "Event" })
        {
            var deleted = change.Type == WatchEventType.Deleted;
            if (!Place(item, deleted) && item.Kind is "Pod" or "Job")
                _unplaced.Add(item, deleted);
            // What is between a pod and its manifest is watched apart from the pod, and may come after it.
            if (item.Kind != "Pod")
            {
                foreach (var (earlier, gone) in _unplaced.TakePlaced())
                    Place(earlier, gone);
            }
        }
        if (!decide)
            return;
        foreach (var manifest in _touched)
        {
            if (!_ended.ContainsKey(manifest) && !_histories[manifest].MayTurn && _histories[manifest].Outcome is not TestOutcome.Running and var outcome)
                _ended[manifest] = outcome;
        }
        _touched.Clear();
    }

    /// <summary>
    /// An object that existed was applied again. Where that changed it, what was seen of it before counts no more: it may have been ready, or have
    /// passed, with an earlier image. Its pods stay its own as long as their template does.
    /// </summary>
    /// <param name="applied">What the server made of it.</param>
    public void AppliedAgain(Manifest manifest, KubernetesObject before, KubernetesObject applied)
    {
        if (JsonNode.DeepEquals(before.At("spec"), applied.At("spec")))
            return;
        _generations[manifest] = Generation(applied);
        _ended.Remove(manifest);
        if (_objects.ContainsKey(manifest))
            _objects[manifest] = new();
        if (PodTemplatePaths.Find(manifest) is not { } path || !JsonNode.DeepEquals(before.At([.. path, "spec"]), applied.At([.. path, "spec"])))
        {
            _ran.Remove(manifest);
            if (_kinds.TryGetValue(manifest, out var make))
                _histories[manifest] = make();
        }
        Place(applied, deleted: false);
    }

    /// <summary>Whether this is a state of an object before it was applied again, which counts no more.</summary>
    public bool IsOutdated(Manifest manifest, KubernetesObject item) => _generations.TryGetValue(manifest, out var generation) && Generation(item) < generation;

    /// <summary>The state of a test, or a Job or Pod that is waited for; once it has ended, how it ended.</summary>
    public TestOutcome Outcome(Manifest manifest) => _ended.GetValueOrDefault(manifest) ?? _histories[manifest].Outcome;

    /// <summary>
    /// What is final about an object that is not a test: that it was ready before it was deleted, or that it cannot be ready any more; null while nothing is, and
    /// what it shows now counts.
    /// </summary>
    public ReadinessState? Verdict(Manifest manifest)
    {
        var (seen, kind) = (_objects[manifest], manifest.Object.Kind);
        // A pod that has failed by itself has failed, although it may have been ready for a moment; what a test deletes has not.
        if (seen.WasReady && !(kind == "Pod" && FailureOf(manifest) is { } own && own.Reason == Ktr.TestFailed && !PodsOf(manifest).Any(pod => pod.WasKilled)))
            return seen.Gone || seen.HasEndedWell ? ReadinessState.Ready : null;
        // Its pods say more, and a moment later.
        if (kind == "Job" && seen.Failed is not null && Outcome(manifest) is TestOutcome.Running running)
            return new ReadinessState.Waiting(running.State);
        if (FailureOf(manifest) is { } failure)
            return new ReadinessState.Failed(failure.Reason == Ktr.TestGone ? Ktr.ObjectGone : kind == "Job" ? Ktr.JobFailed : Ktr.PodFailed, failure.Message);
        return seen.Failed;
    }

    /// <summary>How an object that is a Job, or a Pod that starts nothing again, has failed; null where it has not, and of other kinds.</summary>
    public TestOutcome.Failed? FailureOf(Manifest manifest) =>
        _objects[manifest].Last is { } item && (item.Kind == "Job" || (item.Kind == "Pod" && (ContainerRestarts.AreNone(item) || item.Text("status", "phase") == "Failed")))
            && _histories.ContainsKey(manifest) ? Outcome(manifest) as TestOutcome.Failed : null;

    /// <summary>Whether an object was ever seen.</summary>
    public bool WasSeen(Manifest manifest) => _objects.TryGetValue(manifest, out var seen) ? seen.Seen : _histories[manifest].Seen;

    /// <summary>The pods of a test, those that are gone too.</summary>
    public IEnumerable<PodHistory> PodsOf(Manifest manifest) => _histories.TryGetValue(manifest, out var history) ? history.Pods : [];

    /// <summary>The targets of which a pod was seen to run.</summary>
    public IReadOnlySet<Manifest> RanTargets => _templates.Where(RanElsewhere).Select(template => template.Manifest).Concat(_ran).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);

    /// <summary>Of a custom kind whose pods do not lead back to it: whether a pod ran that carries all labels of its template.</summary>
    private bool RanElsewhere(PodTemplate template) => Readiness.IsCustom(template.Manifest.Object.GroupVersionKind)
        && template.Manifest.Object.At([.. template.Path, "metadata", "labels"]) is JsonObject { Count: > 0 } labels
        && _unplaced.All.Any(each => each.Item.Kind == "Pod" && labels.All(label => each.Item.Text("metadata", "labels", label.Key) == label.Value?.ToString())
            && HasRun(each.Item, each.Deleted) && _view.IsOfUnknown(each.Item));

    private bool Place(KubernetesObject item, bool deleted)
    {
        if (_view.Origin(item) is not { } manifest)
            return false;
        // What is still on its way of a state before it was applied again.
        if (item.Kind == manifest.Object.Kind && IsOutdated(manifest, item))
            return true;
        if (_histories.TryGetValue(manifest, out var history))
        {
            history.Take(item, deleted);
            _touched.Add(manifest);
        }
        if (_objects.TryGetValue(manifest, out var seen) && item.Kind == manifest.Object.Kind && item.Name == manifest.Object.Name)
            seen.Take(item, deleted);
        if (item.Kind == "Pod" && _targets.Contains(manifest) && !_ran.Contains(manifest) && HasRun(item, deleted))
            _ran.Add(manifest);
        return true;
    }

    private static long Generation(KubernetesObject item) => KubernetesObject.Number(item.At("metadata", "generation"));

    private static bool HasRun(KubernetesObject item, bool deleted)
    {
        var pod = new PodHistory([], int.MaxValue);
        pod.Take(item, deleted);
        return pod.Ran || pod.WasReady || item.Text("status", "phase") == "Succeeded";
    }
}
