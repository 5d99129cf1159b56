using System.Text.Json.Nodes;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>The leases of a cluster: makes, finds again, keeps and deletes them.</summary>
public sealed class Leases(ClusterClient caller, KontraktSettings settings, IRunLog log)
{
    /// <summary>How often a deletion that takes long says so.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(10);

    /// <summary>A namespace of its own (or a place in KontraktNamespace) with an account that may do everything there and nothing elsewhere.</summary>
    /// <param name="detached">The lease outlives this process on purpose (steps in processes of their own): only its expiry ends it.</param>
    /// <exception cref="KontraktException">The cluster refused something; what was made until then is deleted again.</exception>
    public async Task<Lease> AcquireAsync(string kontrakt, string runId, bool detached, CancellationToken cancellationToken)
    {
        var plan = LeasePlan.For(kontrakt, runId, settings, detached, DateTimeOffset.UtcNow);
        try
        {
            return await new LeaseAcquisition(caller, plan, settings, log).AcquireAsync(cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, caller.Connection, $"the namespace of kontrakt '{kontrakt}' was prepared")], e);
        }
    }

    /// <summary>The lease that an earlier step recorded, with a fresh token.</summary>
    /// <exception cref="KontraktException">Its namespace or account no longer exists, or no token is available.</exception>
    public async Task<Lease> OpenAsync(LeasePlace place, CancellationToken cancellationToken)
    {
        try
        {
            return new(place, caller, await AccountAsync(place, cancellationToken));
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw Ktr.LeaseGone.Error(e, null, place.Namespace, place.Kontrakt);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, caller.Connection, $"the namespace '{place.Namespace}' was opened again")], e);
        }
    }

    /// <summary>Lets a lease outlive its run (KontraktKeep): a later expiry, and a line that says how to look at it. Never throws for a cluster that refuses.</summary>
    public async Task KeepAsync(LeasePlace lease, CancellationToken cancellationToken)
    {
        var expires = DateTimeOffset.UtcNow + LeasePlan.KeptFor;
        try
        {
            await MarkAsync(lease, expires, new JsonObject { [LeaseLabels.Owner] = LeaseOwner.Kept }, cancellationToken);
        }
        catch (KubernetesException e)
        {
            Say(lease, $"the namespace '{lease.Namespace}' is kept, but its expiry could not be moved ({e.Message}): a later run may remove it at any time");
            return;
        }
        var selected = lease.Created ? "" : $" -l {LeaseLabels.Selector(lease.Kontrakt, lease.RunId)}";
        Say(lease, $"the namespace '{lease.Namespace}' is kept until {LeaseLabels.Write(expires)}; look inside with: kontrakt get {lease.Kontrakt}; or: kubectl {Context()}-n {lease.Namespace} get all,events{selected}");
    }

    /// <summary>A later expiry, for a lease whose process still works with it.</summary>
    /// <exception cref="KubernetesException">The cluster refuses.</exception>
    public Task ExtendAsync(LeasePlace lease, CancellationToken cancellationToken) => MarkAsync(lease, DateTimeOffset.UtcNow + LeasePlan.KeptFor, [], cancellationToken);

    /// <summary>Whether a lease that an earlier step recorded is one of this cluster.</summary>
    /// <exception cref="KubernetesException">The cluster does not say.</exception>
    public async Task<bool> HasAsync(LeasePlace place, CancellationToken cancellationToken) =>
        await caller.FindAsync(Marked(place), cancellationToken) is { } marked && LeaseLabels.IsMarked(marked, place.Kontrakt, place.RunId);

    private static ResourceName Marked(LeasePlace lease) =>
        lease.Created ? new(ApiResource.Namespaces, null, lease.Namespace) : new(ApiResource.ServiceAccounts, lease.Namespace, lease.ServiceAccount);

    private Task<KubernetesObject> MarkAsync(LeasePlace lease, DateTimeOffset expires, JsonObject labels, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = new JsonObject { [LeaseLabels.Expires] = LeaseLabels.Write(expires) } },
        };
        return caller.MergePatchAsync(Marked(lease), patch, cancellationToken);
    }

    /// <summary>
    /// Deletes the namespace and waits until it is gone (a shared KontraktNamespace: what the run applied, and its account); also where the account is
    /// gone, or all of it. Never throws for a slow deletion or a cluster that refuses: reports a warning that says what is in its way. Takes no token,
    /// since cancelled runs must clean up as well: it has its own time limit (KontraktDeleteTimeout).
    /// </summary>
    /// <returns>Whether the deletion is done or under way; false when the cluster could not be asked for it.</returns>
    public async Task<bool> DeleteAsync(LeasePlace place)
    {
        // The account hurries the pods of a namespace that is the run's own.
        using var found = place is Lease || !place.Created ? null : await FindAccountAsync(place);
        var what = place.Created ? $"the namespace '{place.Namespace}'" : $"what kontrakt '{place.Kontrakt}' applied to the namespace '{place.Namespace}'";
        if (IsGone(place, what))
            return true;
        using var limit = new CancellationTokenSource(settings.DeleteTimeout);
        using var reminder = TimeProvider.System.CreateTimer(_ => Say(place, $"still waiting until {what} is gone"), null, Reminder, Reminder);
        try
        {
            var left = place.Created
                ? await new NamespaceDeletion(caller, place.Namespace).RunAsync(place.RunId, (place as Lease)?.Account ?? found, limit.Token)
                : await SharedDeletion.RunAsync(caller, place.Namespace, place.ServiceAccount, LeaseLabels.Selector(place.Kontrakt, place.RunId), limit.Token);
            if (left is null)
                Say(place, $"deleted {what}");
            else
                Warn(Ktr.DeleteIncomplete.At(null, what, $"{settings.DeleteTimeout.TotalSeconds:0} s", left));
            return true;
        }
        catch (KubernetesException e)
        {
            if (IsGone(place, what))
                return true;
            Warn(Ktr.DeleteFailed.At(null, what, e.Message.TrimEnd('.')));
            return false;
        }
    }

    /// <summary>What was on an engine that has ended is gone with it; why it ended is the run's error.</summary>
    private bool IsGone(LeasePlace place, string what)
    {
        if (caller.Connection.Ended?.Invoke() is not { } ended)
            return false;
        Say(place, $"{what} is gone with the embedded engine ({ended})");
        return true;
    }

    /// <summary>The account of a recorded lease; null where it is not available, which does not hold up a deletion.</summary>
    private async Task<ClusterClient?> FindAccountAsync(LeasePlace place)
    {
        using var limit = new CancellationTokenSource(settings.DeleteTimeout);
        try
        {
            return await AccountAsync(place, limit.Token);
        }
        catch (Exception e) when (e is KubernetesException || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            return null;
        }
    }

    private Task<ClusterClient> AccountAsync(LeasePlace place, CancellationToken cancellationToken) =>
        LeaseAccount.OpenAsync(caller, place.Namespace, place.ServiceAccount, LeaseAccount.ShortestToken, cancellationToken);

    private void Say(LeasePlace lease, string text) => log.Report(new RunEvent.KontraktProgress(lease.Kontrakt, text));

    private void Warn(Diagnostic diagnostic) => log.Report(new RunEvent.Reported(diagnostic with { Severity = Severity.Warning }));

    private string Context() => caller.Connection.Name switch
    {
        "in-cluster" => "",
        EngineHandshake.Context => $"--kubeconfig '{EngineFolder.Find(settings.EngineDirectory).Handshake}' ",
        var name => $"--context {name} ",
    };
}
