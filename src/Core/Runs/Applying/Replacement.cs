using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>
/// What must be gone when a kontrakt is applied again where it was applied earlier: its tests, which run again; what has pods and differs, or names a ConfigMap or
/// Secret that differs; and what it no longer names. Changed in place, an earlier revision would still answer a test that begins at the same moment.
/// </summary>
/// <param name="before">As it was applied.</param>
internal sealed class Replacement(KontraktWork work, KontraktManifests before)
{
    private readonly Lease _lease = work.Lease;

    /// <summary>Deletes and waits until all of it is gone, with its pods.</summary>
    /// <exception cref="KontraktException">Something does not go in time.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var old = OldOnes();
        if (old.Count == 0)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(work.Settings.DeleteTimeout);
        try
        {
            await Parallel.ForEachAsync(old, new ParallelOptions { MaxDegreeOfParallelism = ApplyRun.Concurrency, CancellationToken = limit.Token }, RemoveAsync);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Ktr.ReplacementStuck.Error(null, string.Join(", ", old.Select(manifest => manifest.Title)),
                string.Create(CultureInfo.InvariantCulture, $"{work.Settings.DeleteTimeout.TotalSeconds:0} s"), _lease.Namespace);
        }
        work.Log.Report(new RunEvent.KontraktProgress(_lease.Kontrakt, $"replaces {string.Join(", ", old.Select(manifest => manifest.Title))}"));
    }

    private List<Manifest> OldOnes()
    {
        var now = work.Manifests.Objects.DistinctBy(Key).ToDictionary(Key);
        var templates = before.PodTemplates.Concat(work.Manifests.PodTemplates).ToLookup(template => Key(template.Manifest), template => template.Label);
        var was = before.Objects.DistinctBy(Key).ToDictionary(Key);
        var read = before.Objects.Concat(work.Manifests.Objects).Where(manifest => manifest.Object.Kind is "ConfigMap" or "Secret"
                && !(now.TryGetValue(Key(manifest), out var after) && was.TryGetValue(Key(manifest), out var earlier) && !Differ(earlier, after)))
            .Select(manifest => manifest.Object.Name).ToHashSet(StringComparer.Ordinal);
        // What comes after others, and exists, is not applied again when its time comes.
        var later = Sequence.Of(work.Manifests.Objects).Select(each => Key(each.Manifest)).ToHashSet();
        return [.. before.Objects.DistinctBy(Key).Where(manifest => !now.TryGetValue(Key(manifest), out var after)
            || (later.Contains(Key(manifest)) && Differ(manifest, after))
            || (templates[Key(manifest)].ToList() is { Count: > 0 } labels && (labels.Exists(label => label is KontraktLabel.Test or KontraktLabel.Completion or KontraktLabel.Readiness) || Differ(manifest, after) || read.Any(name => Names(after.Object.Json, name)))))];
    }

    private static bool Differ(Manifest one, Manifest other) => !JsonNode.DeepEquals(one.Object.Json, other.Object.Json);

    private static bool Names(JsonNode? node, string name) => node switch
    {
        JsonObject map => map.Any(entry => Names(entry.Value, name)),
        JsonArray list => list.Any(item => Names(item, name)),
        _ => node?.ToString() == name,
    };

    private async ValueTask RemoveAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        if (await _lease.Account.FindResourceAsync(manifest.Object.GroupVersionKind, cancellationToken) is not { } kind)
            return;
        var name = new ResourceName(kind, _lease.Namespace, manifest.Object.Name);
        // In a namespace that is not the run's own, another object of the name is somebody else's.
        if (await _lease.Account.FindAsync(name, cancellationToken) is not { } found || !(_lease.Created || LeaseLabels.IsMarked(found, _lease.Kontrakt, _lease.RunId)))
            return;
        if (!await _lease.Account.DeleteAsync(name, new() { Uid = found.Uid, Propagation = Propagation.Foreground, GracePeriodSeconds = found.Kind == "Pod" ? 1 : null }, cancellationToken))
            return;
        // Nothing of it is needed any more: what ignores SIGTERM is not waited for.
        foreach (var pod in await PodsOfAsync(found.Uid, cancellationToken))
            await _lease.Account.DeleteAsync(new(ApiResource.Pods, _lease.Namespace, pod.Name), new() { Uid = pod.Uid, GracePeriodSeconds = 1 }, cancellationToken);
        await GoneAsync(name, found.Uid, cancellationToken);
    }

    /// <summary>Those that descend from an object.</summary>
    private async Task<List<KubernetesObject>> PodsOfAsync(string uid, CancellationToken cancellationToken)
    {
        var (line, pods) = (new HashSet<string>(StringComparer.Ordinal) { uid }, new List<KubernetesObject>());
        foreach (var between in new GroupVersionKind[] { new("batch", "v1", "Job"), new("apps", "v1", "ReplicaSet"), new("", "v1", "Pod") })
        {
            if (await _lease.Account.FindResourceAsync(between, cancellationToken) is not { } kind)
                continue;
            await foreach (var item in _lease.Account.ListAsync(kind, new(_lease.Namespace), cancellationToken))
            {
                if (!(item.At("metadata", "ownerReferences") as JsonArray ?? []).Any(reference => line.Contains(reference?["uid"]?.ToString() ?? "")))
                    continue;
                line.Add(item.Uid);
                if (item.Kind == "Pod")
                    pods.Add(item);
            }
        }
        return pods;
    }

    private async Task GoneAsync(ResourceName name, string uid, CancellationToken cancellationToken)
    {
        var exists = false;
        await foreach (var change in _lease.Account.WatchAsync(name.Resource, new(name.Namespace) { FieldSelector = $"metadata.name={name.Name}" }, cancellationToken))
        {
            exists |= change.Object?.Uid == uid;
            if (change.Type == WatchEventType.Synced ? !exists : change is { Type: WatchEventType.Deleted, Object: { } gone } && gone.Uid == uid)
                return;
        }
    }

    private static (string Group, string Kind, string Name) Key(Manifest manifest) =>
        (manifest.Object.GroupVersionKind.Group, manifest.Object.Kind, manifest.Object.Name);
}
