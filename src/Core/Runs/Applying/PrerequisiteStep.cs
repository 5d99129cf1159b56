using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>
/// Sees to it that what kontrakts need is on the cluster: on the embedded engine by applying it, as the caller; on another cluster only where that is wanted,
/// else by looking. Applying what exists already changes nothing, so nobody has to remember what was applied. It stays.
/// </summary>
/// <param name="isEngine">The cluster is the embedded engine.</param>
internal sealed class PrerequisiteStep(ClusterClient client, OpenRun run, bool isEngine)
{
    private const string Name = "prerequisites";
    private const string DefaultNamespace = "default";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DateTimeOffset _deadline = TimeProvider.System.GetUtcNow() + run.Settings.Timeout;

    /// <param name="apply">False: it is only looked where others apply.</param>
    /// <exception cref="KontraktException">Something is missing, was refused, or does not become ready.</exception>
    public async Task EnsureAsync(bool apply, IReadOnlyList<KontraktManifests> prerequisites, CancellationToken cancellationToken)
    {
        try
        {
            if (!isEngine && !run.Settings.PrerequisitesOnCluster)
                await LookAsync(prerequisites, cancellationToken);
            else if (apply)
                await ApplyAsync(prerequisites, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "the prerequisites of the kontrakts were applied")], e);
        }
    }

    private async Task LookAsync(IReadOnlyList<KontraktManifests> prerequisites, CancellationToken cancellationToken)
    {
        var missing = new List<Diagnostic>();
        foreach (var manifest in prerequisites.SelectMany(each => each.Objects))
            if (await client.FindResourceAsync(manifest.Object.GroupVersionKind, cancellationToken) is not { } resource || await client.FindAsync(Target(manifest, resource), cancellationToken) is null)
                missing.Add(Ktr.PrerequisiteMissing.At(manifest.Locate("metadata", "name"), manifest.Title, client.Connection.Name));
        KontraktException.ThrowIfAny(missing);
    }

    /// <summary>Namespaces and definitions, then everything else; each must be ready before what follows.</summary>
    private async Task ApplyAsync(IReadOnlyList<KontraktManifests> prerequisites, CancellationToken cancellationToken)
    {
        var objects = prerequisites.SelectMany(each => each.Objects).ToList();
        foreach (var group in objects.GroupBy(manifest => ApplyOrder.IsBeforeOthers(manifest.Object.Kind)).OrderByDescending(group => group.Key))
        {
            var items = await ItemsAsync([.. group], cancellationToken);
            await new ApplyRun(Lease(DefaultNamespace), run.Log).ApplyAsync(items, [], cancellationToken);
            await ServeAsync(items, cancellationToken);
            await WaitAsync(items, [.. prerequisites.SelectMany(each => each.PodTemplates)], cancellationToken);
        }
        run.Log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"{Name}: {CountText.Format(objects.Count, "object")} applied and ready")));
    }

    private async Task<IReadOnlyList<ApplyItem>> ItemsAsync(IReadOnlyList<Manifest> manifests, CancellationToken cancellationToken)
    {
        var (items, unknown) = (new List<ApplyItem>(), new List<Diagnostic>());
        foreach (var (order, manifest) in manifests.Index())
            if (await client.FindResourceAsync(manifest.Object.GroupVersionKind, cancellationToken) is { } resource)
                items.Add(new(order, manifest, Target(manifest, resource), manifest.Object));
            else
                unknown.Add(await KindSuggestions.UnknownAsync(client, manifest, cancellationToken));
        KontraktException.ThrowIfAny(unknown);
        return items;
    }

    /// <summary>Until every kind that was defined is served: a definition is accepted a moment before that, and there is no event for it.</summary>
    private async Task ServeAsync(IReadOnlyList<ApplyItem> items, CancellationToken cancellationToken)
    {
        var defined = items.Where(item => item.Kind == "CustomResourceDefinition").SelectMany(item => item.Body.Items("spec", "versions").Where(version => version["served"]?.ToString() == "true")
            .Select(version => (Item: item, Kind: new GroupVersionKind(item.Body.Text("spec", "group"), version["name"]?.ToString() ?? "", item.Body.Text("spec", "names", "kind"))))).ToList();
        while (defined.Count > 0)
        {
            client.RefreshDiscovery();
            var open = new List<(ApplyItem Item, GroupVersionKind Kind)>();
            foreach (var each in defined)
                if (await client.FindResourceAsync(each.Kind, cancellationToken) is null)
                    open.Add(each);
            defined = open;
            if (defined.Count == 0)
                return;
            if (TimeProvider.System.GetUtcNow() >= _deadline)
                throw new KontraktException([.. defined.Select(each => Ktr.PrerequisiteNotReady.At(each.Item.Manifest.Locate("metadata", "name"), each.Item.Manifest.Title, $"{each.Kind.ApiVersion} {each.Kind.Kind}"))]);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>As for the objects of a kontrakt, in each namespace.</summary>
    private async Task WaitAsync(IReadOnlyList<ApplyItem> items, IReadOnlyList<PodTemplate> templates, CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(items.Where(item => Readiness.Matters(item.Body.GroupVersionKind)).GroupBy(item => item.Target.Namespace ?? DefaultNamespace)
            .Select(group => WaitAsync(group.Key, [.. group.Select(item => item.Manifest)], templates, cancellationToken)));
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(failures.SelectMany(each => each)));
    }

    private async Task<IReadOnlyList<Diagnostic>> WaitAsync(string ns, IReadOnlyList<Manifest> objects, IReadOnlyList<PodTemplate> templates, CancellationToken cancellationToken)
    {
        var manifests = new KontraktManifests(new(Name, run.Settings.Directory, [], null) { IsPrerequisite = true }, objects, [], [.. templates.Where(template => objects.Contains(template.Manifest, ReferenceEqualityComparer.Instance))], []);
        var work = new KontraktWork(Lease(ns), manifests, run.Settings, run.Log, Path.Combine(run.Store.KontraktFolder(Name), ns));
        using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: false, cancellationToken);
        return (await KontraktWaiter.WaitAsync(work, watch, _deadline, cancellationToken)).Failures;
    }

    /// <summary>A place for the caller's own work, where nobody else's field counts; nothing of it is deleted.</summary>
    private Lease Lease(string ns) => new(new(Name, run.Id, ns, ServiceAccount: "", Created: true), client, client);

    private static ResourceName Target(Manifest manifest, ApiResource resource) =>
        new(resource, resource.Namespaced ? manifest.Object.Namespace is { Length: > 0 } ns ? ns : DefaultNamespace : null, manifest.Object.Name);
}
