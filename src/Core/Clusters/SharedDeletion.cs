using System.Collections.Concurrent;
using System.Net;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Deletes what one kontrakt of one run left in a namespace that is not the run's own: exactly the objects that carry its labels, then its account.</summary>
/// <param name="account">The lease's account, which may do everything there; null to delete the account alone.</param>
internal sealed class SharedDeletion(ClusterClient caller, ClusterClient? account, string ns)
{
    private static readonly TimeSpan ForLooking = TimeSpan.FromSeconds(10);

    /// <summary>The same with a token of its own: a run may have taken longer than its first one lasts, and a reaper has none.</summary>
    public static async Task<string?> RunAsync(ClusterClient caller, string ns, string serviceAccount, string selector, CancellationToken limit)
    {
        try
        {
            using var account = await LeaseAccount.OpenAsync(caller, ns, serviceAccount, LeaseAccount.ShortestToken, limit);
            return await new SharedDeletion(caller, account, ns).RunAsync(selector, serviceAccount, limit);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null; // The account goes last: where it is gone, all is.
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return "the cluster gave its account no token in time";
        }
    }

    /// <summary>Deletes and waits; null when all is gone, else what is left when the limit ended the waiting.</summary>
    private async Task<string?> RunAsync(string selector, string serviceAccount, CancellationToken limit)
    {
        var left = new ConcurrentDictionary<string, ResourceName>(StringComparer.Ordinal);
        try
        {
            // Looked again until there is nothing: a controller may make more until what it works for is gone, as that of a StatefulSet its claims.
            while (account is not null && await DeleteObjectsAsync(account, selector, serviceAccount, left, limit))
            {
            }
            await DeleteAccountAsync(serviceAccount, limit);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            using var looking = new CancellationTokenSource(ForLooking);
            return await LeftAsync(left.Values, looking.Token);
        }
    }

    /// <summary>The account's binding goes last but one: until then it can still delete.</summary>
    public async Task DeleteAccountAsync(string serviceAccount, CancellationToken cancellationToken)
    {
        foreach (var copied in new ResourceName[]
        {
            new(ApiResource.Secrets, ns, serviceAccount),
            new(AccessKinds.RoleBindings, ns, $"{serviceAccount}:lease"),
            new(AccessKinds.Roles, ns, $"{serviceAccount}:lease"),
            new(ApiResource.ServiceAccounts, ns, serviceAccount),
        })
        {
            try
            {
                await caller.DeleteAsync(copied, new(), cancellationToken);
            }
            catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden && copied.Resource.Plural is "secrets" or "roles")
            {
                // Who may not delete these could not make them either.
            }
        }
    }

    /// <summary>Deletes what exists and waits until it is gone; false where nothing was.</summary>
    private async Task<bool> DeleteObjectsAsync(ClusterClient deleter, string selector, string serviceAccount, ConcurrentDictionary<string, ResourceName> left, CancellationToken limit)
    {
        var kinds = await ServerKinds.DeletableAsync(deleter, limit);
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = limit };
        await Parallel.ForEachAsync(kinds, options, async (kind, token) =>
        {
            try
            {
                await foreach (var found in deleter.ListAsync(kind, new(ns) { LabelSelector = selector }, token))
                {
                    if (!IsOwn(kind, found.Name, serviceAccount))
                        left[found.Uid] = new(kind, ns, found.Name);
                }
            }
            catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            {
                // What the account may not list it could not have applied.
            }
        });
        if (left.IsEmpty)
            return false;
        await Parallel.ForEachAsync(left.Keys, options, async (uid, token) =>
        {
            // Foreground: the object stays until its dependants (a Deployment's pods) are gone, so waiting for it is waiting for all.
            if (!await deleter.DeleteAsync(left[uid], Options(left[uid], uid), token))
                left.TryRemove(uid, out _);
        });
        await Parallel.ForEachAsync(left.GroupBy(pair => pair.Value.Resource).ToList(), options, (group, token) =>
            WaitAsync(deleter, group.Key, selector, left, token));
        return true;
    }

    private static async ValueTask WaitAsync(ClusterClient deleter, ApiResource kind, string selector, ConcurrentDictionary<string, ResourceName> left, CancellationToken limit)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var change in deleter.WatchAsync(kind, new(left.Values.First(name => name.Resource == kind).Namespace) { LabelSelector = selector }, limit))
        {
            if (change is { Type: WatchEventType.Deleted, Object: { } gone })
                left.TryRemove(gone.Uid, out _);
            else if (change.Object is { } there)
                seen.Add(there.Uid);
            else
                Forget(uid => !seen.Contains(uid));
            if (!left.Values.Any(name => name.Resource == kind))
                return;
        }

        void Forget(Func<string, bool> isGone)
        {
            foreach (var uid in left.Where(pair => pair.Value.Resource == kind).Select(pair => pair.Key).Where(isGone).ToList())
                left.TryRemove(uid, out _);
        }
    }

    private static DeleteOptions Options(ResourceName name, string uid) =>
        new() { Propagation = Propagation.Foreground, Uid = uid, GracePeriodSeconds = name.Resource.Plural == "pods" ? 1 : null };

    /// <summary>The lease's own objects carry its labels too; they go last.</summary>
    private static bool IsOwn(ApiResource kind, string name, string serviceAccount) =>
        (kind.Plural is "serviceaccounts" or "secrets" && name == serviceAccount)
        || (kind.Kind.Group == AccessKinds.Group && name == $"{serviceAccount}:lease");

    private async Task<string> LeftAsync(IEnumerable<ResourceName> left, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        foreach (var name in left.Take(5))
        {
            try
            {
                var found = await caller.FindAsync(name, cancellationToken);
                if (found is not null)
                    said.Add($"{name.Resource.Kind.Kind.ToLowerInvariant()}/{name.Name} (finalizers: {found.At("metadata", "finalizers")?.ToJsonString() ?? "none"})");
            }
            catch (Exception e) when (e is KubernetesException or OperationCanceledException)
            {
                said.Add($"{name.Resource.Kind.Kind.ToLowerInvariant()}/{name.Name}");
            }
        }
        return said.Count == 0 ? "the cluster did not finish in time" : $"there remain {string.Join(", ", said)}";
    }
}
