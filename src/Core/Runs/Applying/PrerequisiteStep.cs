using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs.Applying;

/// <summary>
/// Sees to it that what kontrakts need is on the cluster: on the embedded engine by applying it, as the caller; on another cluster only where that is wanted,
/// else by looking. Applying what is there already changes nothing, so nobody has to remember what was applied. It stays.
/// </summary>
/// <param name="isEngine">The cluster is the embedded engine.</param>
internal sealed class PrerequisiteStep(ClusterClient client, KontraktSettings settings, IRunLog log, bool isEngine)
{
    private const string DefaultNamespace = "default";
    private const string Manager = "kontrakt-prerequisites";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="KontraktException">Something is missing, was refused, or does not become ready.</exception>
    public async Task EnsureAsync(IReadOnlyList<KontraktManifests> prerequisites, CancellationToken cancellationToken)
    {
        var objects = prerequisites.SelectMany(each => each.Objects).ToList();
        try
        {
            if (isEngine || settings.PrerequisitesOnCluster)
                await ApplyAsync(objects, cancellationToken);
            else
                await LookAsync(objects, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "the prerequisites of the kontrakts were applied")], e);
        }
    }

    private async Task LookAsync(List<Manifest> objects, CancellationToken cancellationToken)
    {
        var missing = new List<Diagnostic>();
        foreach (var manifest in objects)
            if (await client.FindResourceAsync(manifest.Object.GroupVersionKind, cancellationToken) is not { } resource || await client.FindAsync(Target(manifest, resource), cancellationToken) is null)
                missing.Add(Ktr.PrerequisiteMissing.At(manifest.Locate("metadata", "name"), manifest.Title, client.Connection.Name));
        KontraktException.ThrowIfAny(missing);
    }

    /// <summary>In the order in which things need each other; the next ones come when those before are ready.</summary>
    private async Task ApplyAsync(List<Manifest> objects, CancellationToken cancellationToken)
    {
        var defined = objects.Where(manifest => manifest.Object.Kind == "CustomResourceDefinition").Select(manifest => (manifest.Object.Text("spec", "group"), manifest.Object.Text("spec", "names", "kind"))).ToHashSet();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        foreach (var phase in objects.GroupBy(manifest => Phase(manifest.Object.Kind)).OrderBy(phase => phase.Key))
        {
            var refused = new List<Diagnostic>();
            var applied = new List<ApplyItem>();
            foreach (var (manifest, order) in phase.Select((manifest, order) => (manifest, order)))
                if (await ApplyOneAsync(manifest, order, refused, defined.Contains((manifest.Object.GroupVersionKind.Group, manifest.Object.Kind)) ? limit.Token : new(canceled: true), cancellationToken) is { } item)
                    applied.Add(item);
            KontraktException.ThrowIfAny(refused);
            // Beside each other: all have begun by now.
            var late = await Task.WhenAll(applied.Where(item => Readiness.Matters(item.Body.GroupVersionKind)).Select(item => WaitAsync(item, limit.Token, cancellationToken)));
            KontraktException.ThrowIfAny([.. late.OfType<Diagnostic>()]);
            if (phase.Any(manifest => manifest.Object.Kind == "CustomResourceDefinition"))
                client.RefreshDiscovery();
        }
        log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"prerequisites: {CountText.Format(objects.Count, "object")} applied and ready")));
    }

    /// <param name="limit">Until when its kind may come.</param>
    private async Task<ApplyItem?> ApplyOneAsync(Manifest manifest, int order, List<Diagnostic> refused, CancellationToken limit, CancellationToken cancellationToken)
    {
        if (await FindResourceAsync(manifest.Object.GroupVersionKind, limit, cancellationToken) is not { } resource)
        {
            refused.Add(await KindSuggestions.UnknownAsync(client, manifest, cancellationToken));
            return null;
        }
        var item = new ApplyItem(order, manifest, Target(manifest, resource), manifest.Object);
        try
        {
            var result = await client.ApplyAsync(item.Target, item.Body, new(Manager), cancellationToken);
            foreach (var warning in result.Warnings)
                log.Report(new RunEvent.Progress($"{manifest.Locate()}: {manifest.Title}: the API server warns: {warning}"));
            return item;
        }
        catch (KubernetesException e) when (!ApplyRefusals.IsLost(e))
        {
            refused.AddRange(ApplyRefusals.Describe(item, e, lease: null));
            return null;
        }
    }

    /// <summary>A kind whose definition was accepted a moment ago may be served a moment later.</summary>
    private async Task<ApiResource?> FindResourceAsync(GroupVersionKind kind, CancellationToken limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await client.FindResourceAsync(kind, cancellationToken) is { } resource)
                return resource;
            if (limit.IsCancellationRequested)
                return null;
            await Task.Delay(Pause, cancellationToken);
            client.RefreshDiscovery();
        }
    }

    /// <returns>null where it is ready.</returns>
    private async Task<Diagnostic?> WaitAsync(ApplyItem item, CancellationToken limit, CancellationToken cancellationToken)
    {
        var state = "its state is not known";
        try
        {
            await foreach (var change in client.WatchAsync(item.Target.Resource, new(item.Target.Namespace) { FieldSelector = $"metadata.name={item.Name}" }, limit))
                if (change.Object is { } seen && change.Type != WatchEventType.Deleted)
                {
                    var now = Readiness.Of(seen);
                    if (now == ReadinessState.Ready)
                        return null;
                    if (now is ReadinessState.Failed failed)
                        return NotReady(item, failed.Message);
                    state = now is ReadinessState.Waiting waiting ? waiting.Message : state;
                }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Its time is up.
        }
        return NotReady(item, string.Create(CultureInfo.InvariantCulture, $"{state}, after {settings.Timeout.TotalSeconds:0} s (KontraktTimeout)"));
    }

    private Diagnostic NotReady(ApplyItem item, string why) => Ktr.PrerequisiteNotReady.At(item.Manifest.Locate("metadata", "name"), item.Manifest.Title, why,
        $"Look at it: kubectl {(isEngine ? "--kubeconfig \"$(kontrakt engine start)\" " : "")}describe {item.Kind.ToLowerInvariant()} {item.Name}{(item.Target.Namespace is { } ns ? $" -n {ns}" : "")}");

    private static ResourceName Target(Manifest manifest, ApiResource resource) =>
        new(resource, resource.Namespaced ? manifest.Object.Namespace is { Length: > 0 } ns ? ns : DefaultNamespace : null, manifest.Object.Name);

    private static int Phase(string kind) => kind switch
    {
        "Namespace" => -2,
        "CustomResourceDefinition" => -1,
        "ClusterRole" or "PriorityClass" or "StorageClass" => 0,
        "ClusterRoleBinding" => 1,
        _ => ApplyOrder.Phase(kind),
    };
}
