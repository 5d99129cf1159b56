using System.Collections.Concurrent;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Looking;

/// <summary>A kontrakt whose namespace still exists, seen with the rights of its own account.</summary>
internal sealed class KeptKontrakt : IDisposable
{
    private const int DeepestOwner = 4;

    private readonly Lease _lease;
    private readonly Lazy<KontraktManifests> _manifests;
    private readonly NamespaceSecrets _secrets = new();
    private readonly ConcurrentDictionary<string, KubernetesObject?> _owners = new(StringComparer.Ordinal);

    private KeptKontrakt(Lease lease, Func<KontraktManifests> manifests) => (_lease, _manifests) = (lease, new(manifests));

    public string Name => _lease.Kontrakt;

    public string Namespace => _lease.Namespace;

    public ClusterClient Client => _lease.Account;

    /// <summary>As they were applied.</summary>
    public KontraktManifests Manifests => _manifests.Value;

    /// <summary>Null where the namespace does not exist any more.</summary>
    public static async Task<KeptKontrakt?> FindAsync(OpenRun run, ClusterClient caller, RunKontrakt kontrakt, CancellationToken cancellationToken)
    {
        if (kontrakt is not { Namespace.Deleted: false } || kontrakt.LeaseIn(run.Id) is not { } place)
            return null;
        try
        {
            var lease = await new Leases(caller, run.Settings, run.Log).OpenAsync(place, cancellationToken);
            return new(lease, () => run.Store.Manifests.Resolved(run.Record, kontrakt));
        }
        catch (KontraktException e) when (e.Is(Ktr.LeaseGone))
        {
            return null;
        }
    }

    /// <summary>Takes out the values of secrets that there are now, and of those that there were.</summary>
    public Task<Redactor> RedactorAsync(CancellationToken cancellationToken) => _secrets.RedactorAsync(_lease, Manifests, cancellationToken);

    /// <summary>Null where there is none, or none of this kontrakt.</summary>
    public async Task<KeptObject?> FindAsync(ApiResource resource, string name, CancellationToken cancellationToken) =>
        await Client.FindAsync(new(resource, Namespace, name), cancellationToken) is { } found && await IsOfKontraktAsync(found, cancellationToken) ? new(this, found) : null;

    public async Task<IReadOnlyList<KeptObject>> ListAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        var found = new List<KeptObject>();
        await foreach (var item in Client.ListAsync(resource, new(Namespace), cancellationToken))
            if (await IsOfKontraktAsync(item, cancellationToken))
                found.Add(new(this, item));
        return [.. found.OrderBy(each => each.Object.Name, StringComparer.Ordinal)];
    }

    /// <summary>The pods that a Service selects, or that an object made, itself or by what it made.</summary>
    public async Task<IReadOnlyList<KubernetesObject>> PodsOfAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        if (item.Kind == "Pod")
            return [item];
        var selector = item.Kind == "Service" ? item.At("spec", "selector") as System.Text.Json.Nodes.JsonObject ?? [] : null;
        var pods = new List<KubernetesObject>();
        await foreach (var pod in Client.ListAsync(ApiResource.Pods, new(Namespace), cancellationToken))
        {
            var isOne = selector is not null
                ? selector.Count > 0 && selector.All(label => pod.Labels.GetValueOrDefault(label.Key) == label.Value?.ToString())
                : await IsBelowAsync(pod, owner => owner.Uid == item.Uid, DeepestOwner, cancellationToken);
            if (isOne)
                pods.Add(pod);
        }
        return pods;
    }

    /// <summary>The events about an object, oldest first.</summary>
    public async Task<IReadOnlyList<KubernetesObject>> EventsOfAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        var events = new List<KubernetesObject>();
        await foreach (var each in Client.ListAsync(ApiResource.Events, new(Namespace), cancellationToken))
            if (each.Text("involvedObject", "uid") == item.Uid)
                events.Add(each);
        return [.. events.OrderBy(ClusterState.TimeText, StringComparer.Ordinal)];
    }

    public void Dispose() => _lease.Account.Dispose();

    /// <summary>In a namespace that is not the run's own, what others have there is nobody's business.</summary>
    private async Task<bool> IsOfKontraktAsync(KubernetesObject item, CancellationToken cancellationToken) =>
        _lease.Created || await IsBelowAsync(item, each => LeaseLabels.IsMarked(each, _lease.Kontrakt, _lease.RunId), DeepestOwner, cancellationToken);

    private async Task<bool> IsBelowAsync(KubernetesObject item, Func<KubernetesObject, bool> isOne, int depth, CancellationToken cancellationToken)
    {
        if (isOne(item))
            return true;
        foreach (var owner in depth > 0 ? item.Items("metadata", "ownerReferences").Select(each => new KubernetesObject(each)) : [])
            if (await OwnerAsync(owner, cancellationToken) is { } found && await IsBelowAsync(found, isOne, depth - 1, cancellationToken))
                return true;
        return false;
    }

    private async Task<KubernetesObject?> OwnerAsync(KubernetesObject reference, CancellationToken cancellationToken)
    {
        var uid = reference.Text("uid");
        if (_owners.TryGetValue(uid, out var known))
            return known;
        var owner = await Client.FindResourceAsync(reference.GroupVersionKind, cancellationToken) is { Namespaced: true } resource
            ? await Client.FindAsync(new(resource, Namespace, reference.Text("name")), cancellationToken) : null;
        return _owners[uid] = owner?.Uid == uid ? owner : null;
    }
}

/// <summary>An object of a kontrakt.</summary>
internal sealed record KeptObject(KeptKontrakt Kontrakt, KubernetesObject Object)
{
    /// <summary>"orders/pod/smoke".</summary>
    public string Title => $"{Kontrakt.Name}/{Object}";
}
