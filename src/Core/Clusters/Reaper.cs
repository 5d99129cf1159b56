using System.Net;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>
/// Deletes what runs left that nobody will come back for: leases that have expired, and leases of processes of this machine that no longer run.
/// What lives elsewhere, was kept, or waits for a later step stays until it expires. Several may reap at once.
/// </summary>
public sealed class Reaper(ClusterClient caller, KontraktSettings settings, IRunLog log)
{
    /// <exception cref="KubernetesException">The cluster does not answer.</exception>
    public async Task ReapAsync(CancellationToken cancellationToken)
    {
        await EachAsync(ApiResource.Namespaces, null, async (ns, reason) =>
        {
            // Only this very state of it: whoever extends its expiry meanwhile wins.
            if (await caller.DeleteAsync(new(ApiResource.Namespaces, null, ns.Name), new() { Uid = ns.Uid, ResourceVersion = ns.ResourceVersion }, cancellationToken))
                log.Report(new RunEvent.Progress($"deleted the namespace '{ns.Name}', which {reason}"));
        }, cancellationToken);
        foreach (var shared in new[] { settings.Namespace, settings.BuildNamespace }.OfType<string>().Select(name => name.Trim()).Where(name => name.Length > 0).Distinct())
            await EachAsync(ApiResource.ServiceAccounts, shared, ReapSharedAsync, cancellationToken);
    }

    /// <summary>Why a lease is left over, for a sentence that begins with its name; null when it is not.</summary>
    internal static string? WhyLeftOver(KubernetesObject marked, DateTimeOffset now)
    {
        if (marked.Text("metadata", "deletionTimestamp").Length > 0)
            return null;
        if (LeaseLabels.ReadExpiry(marked) is { } expiry && expiry < now)
            return $"expired at {LeaseLabels.Write(expiry)}";
        return LeaseOwner.IsDead(marked.Labels.GetValueOrDefault(LeaseLabels.Owner, "")) ? "a run of this machine left that no longer runs" : null;
    }

    private async Task EachAsync(ApiResource resource, string? ns, Func<KubernetesObject, string, Task> reap, CancellationToken cancellationToken)
    {
        var leftOver = new List<(KubernetesObject Marked, string Reason)>();
        try
        {
            await foreach (var marked in caller.ListAsync(resource, new(ns) { LabelSelector = LeaseLabels.Run }, cancellationToken))
            {
                if (WhyLeftOver(marked, DateTimeOffset.UtcNow) is { } reason)
                    leftOver.Add((marked, reason));
            }
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            log.Report(new RunEvent.Detail($"leftovers of earlier runs were not looked for, which takes the right to list {resource.Plural}: {e.Message}"));
            return;
        }
        await Parallel.ForEachAsync(leftOver, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (found, _) =>
        {
            try
            {
                await reap(found.Marked, found.Reason);
            }
            catch (KubernetesException e) when (e.Code is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
            {
                // Another reaper was faster, or its owner came back.
            }
            catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
            {
                log.Report(new RunEvent.Detail($"'{found.Marked.Name}' {found.Reason}, but may not be deleted: {e.Message}"));
            }
        });
    }

    /// <summary>A lease in a namespace that is not its own: deleted as its account, which knows no right beyond it.</summary>
    private async Task ReapSharedAsync(KubernetesObject account, string reason)
    {
        using var limit = new CancellationTokenSource(settings.DeleteTimeout);
        var left = await SharedDeletion.RunAsync(caller, account.Namespace, account.Name, LeaseLabels.Selector(account), limit.Token);
        log.Report(left is null
            ? new RunEvent.Progress($"deleted what '{account.Name}' left in the namespace '{account.Namespace}', which {reason}")
            : new RunEvent.Detail($"'{account.Name}' in the namespace '{account.Namespace}' is still being deleted: {left}"));
    }
}
