using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>A pod, and the manifest it comes from.</summary>
/// <param name="Template">The pod template in the manifest; null where a custom resource made the pod.</param>
internal sealed record PodSubject(KubernetesObject Pod, Manifest Manifest, PodTemplate? Template);

/// <summary>What the cluster shows, seen through a kontrakt's manifests: which objects and pods are whose.</summary>
internal sealed class KontraktView
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private readonly ClusterState _state;
    private readonly Dictionary<(string Group, string Kind, string Name), Manifest> _manifests = [];
    private readonly Dictionary<Manifest, PodTemplate> _templates = new(ReferenceEqualityComparer.Instance);

    public KontraktView(KontraktManifests manifests, ClusterState state)
    {
        _state = state;
        foreach (var manifest in manifests.Objects)
            _manifests[Key(manifest)] = manifest;
        foreach (var template in manifests.PodTemplates)
            _templates[template.Manifest] = template;
    }

    /// <summary>The object of a manifest as the cluster shows it; null when it does not exist.</summary>
    public KubernetesObject? Find(Manifest manifest) =>
        _state.Find(manifest.Object.GroupVersionKind.Group, manifest.Object.Kind, manifest.Object.Name);

    /// <summary>The pods that come from the kontrakt's manifests, by name.</summary>
    public IReadOnlyList<PodSubject> Pods() => [.. _state.Pods.Select(Subject).OfType<PodSubject>().OrderBy(each => each.Pod.Name, StringComparer.Ordinal)];

    public IEnumerable<KubernetesObject> PodsOf(Manifest manifest) => Pods().Where(each => ReferenceEquals(each.Manifest, manifest)).Select(each => each.Pod);

    /// <summary>Which ends of a pod's containers are not crashes: a test's own, and those that a Job retries.</summary>
    public static PodTolerance Rules(PodSubject subject, IEnumerable<KontraktTest> tests)
    {
        if (subject.Manifest.Object.Kind is "Job" or "CronJob")
            return new(_ => true);
        var test = tests.FirstOrDefault(each => ReferenceEquals(each.Template.Manifest, subject.Manifest) && !each.IsReadiness);
        return test is null ? PodTolerance.Service
            : new(container => !container.Init && (test.Deciding.Count == 0 || test.Deciding.Contains(container.Name, StringComparer.Ordinal)));
    }

    private PodSubject? Subject(KubernetesObject pod) =>
        Origin(pod) is { } manifest ? new(pod, manifest, _templates.GetValueOrDefault(manifest)) : null;

    /// <summary>Follows owner references (Pod, ReplicaSet, Deployment) to an object of the kontrakt; also those of owners that are gone already.</summary>
    public Manifest? Origin(KubernetesObject item) => Origin(item, depth: 0);

    /// <summary>Whether its owners lead to something that is not watched: such as what a custom resource makes in between (Knative's Revision).</summary>
    public bool IsOfUnknown(KubernetesObject item, int depth = 0) => item.Items("metadata", "ownerReferences")
        .Any(owner => _state.Seen(owner["uid"]?.ToString() ?? "") is not { } parent || (depth < 4 && IsOfUnknown(parent, depth + 1)));

    private Manifest? Origin(KubernetesObject item, int depth)
    {
        var owners = item.Items("metadata", "ownerReferences").ToList();
        if (owners.Count == 0)
            return _manifests.GetValueOrDefault((item.GroupVersionKind.Group, item.Kind, item.Name));
        foreach (var owner in owners)
        {
            var kind = GroupVersionKind.From(owner["apiVersion"]?.ToString() ?? "", owner["kind"]?.ToString() ?? "");
            var name = owner["name"]?.ToString() ?? "";
            var parent = _state.Find(kind.Group, kind.Kind, name) ?? _state.Seen(owner["uid"]?.ToString() ?? "");
            // Of one made again under the same name, the pods of the one before are nobody's.
            if (parent is not null && parent.Uid != (owner["uid"]?.ToString() ?? parent.Uid))
                continue;
            if (_manifests.TryGetValue((kind.Group, kind.Kind, name), out var manifest))
                return parent is null || IsLatest(item, parent) ? manifest : null;
            if (parent is not null && depth < 4 && Origin(parent, depth + 1) is { } origin)
                return origin;
        }
        return null;
    }

    /// <summary>Whether it can never come from the kontrakt: all of its owners have been seen, up to the last, and none is in the manifests.</summary>
    public bool IsForeign(KubernetesObject item) => IsForeign(item, depth: 0);

    private bool IsForeign(KubernetesObject item, int depth)
    {
        var owners = item.Items("metadata", "ownerReferences").ToList();
        if (_manifests.ContainsKey((item.GroupVersionKind.Group, item.Kind, item.Name)))
            return false;
        return owners.Count == 0 || depth < 4 && owners.All(owner => _state.Seen(owner["uid"]?.ToString() ?? "") is { } parent && IsForeign(parent, depth + 1));
    }

    /// <summary>Pods of an earlier revision, in a namespace that an earlier run used, are on their way out.</summary>
    private static bool IsLatest(KubernetesObject item, KubernetesObject parent) =>
        item.Kind != "ReplicaSet" || !item.Annotations.TryGetValue(Revision, out var mine) || !parent.Annotations.TryGetValue(Revision, out var latest) || mine == latest;

    private static (string Group, string Kind, string Name) Key(Manifest manifest) =>
        (manifest.Object.GroupVersionKind.Group, manifest.Object.Kind, manifest.Object.Name);
}
