using System.Text.Json.Nodes;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>Makes, finds again, keeps and deletes leases.</summary>
public static class LeaseManager
{
    /// <summary>How often a deletion that takes long says so.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(10);

    /// <summary>A namespace of its own (or a place in KontraktNamespace) with an account that may do everything there and nothing elsewhere.</summary>
    /// <param name="detached">The lease outlives this process on purpose (steps in processes of their own): only its expiry ends it.</param>
    /// <exception cref="KontraktException">The cluster refused something; what was made until then is deleted again.</exception>
    public static async Task<Lease> AcquireAsync(KubernetesClient caller, string kontrakt, string runId, KontraktSettings settings, IRunLog log, bool detached, CancellationToken cancellationToken)
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
    public static async Task<Lease> OpenAsync(KubernetesClient caller, string kontrakt, string runId, string ns, string serviceAccount, bool created, CancellationToken cancellationToken)
    {
        try
        {
            var account = await LeaseAccount.OpenAsync(caller, ns, serviceAccount, LeaseAccount.ShortestToken, cancellationToken);
            return new(kontrakt, runId, ns, serviceAccount, created, caller, account);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw Ktr.LeaseGone.Error(e, null, ns, kontrakt);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, caller.Connection, $"the namespace '{ns}' was opened again")], e);
        }
    }

    /// <summary>Lets a lease outlive its run (KontraktKeep): a later expiry, and a line that says how to look at it. Never throws for a cluster that refuses.</summary>
    public static async Task KeepAsync(Lease lease, KontraktSettings settings, IRunLog log, CancellationToken cancellationToken)
    {
        var expires = DateTimeOffset.UtcNow + LeasePlan.KeptFor;
        var marked = lease.Created ? new ResourceName(ApiResource.Namespaces, null, lease.Namespace) : new(ApiResource.ServiceAccounts, lease.Namespace, lease.ServiceAccount);
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = new JsonObject { [LeaseLabels.Owner] = LeaseOwner.Kept },
                ["annotations"] = new JsonObject { [LeaseLabels.Expires] = LeaseLabels.Write(expires) },
            },
        };
        try
        {
            await lease.Caller.MergePatchAsync(marked, patch, cancellationToken);
        }
        catch (KubernetesException e)
        {
            log.Report(new RunEvent.KontraktProgress(lease.Kontrakt, $"the namespace '{lease.Namespace}' is kept, but its expiry could not be moved ({e.Message}): a later run may remove it at any time"));
            return;
        }
        var selected = lease.Created ? "" : $" -l {LeaseLabels.Selector(lease.Kontrakt, lease.RunId)}";
        log.Report(new RunEvent.KontraktProgress(lease.Kontrakt,
            $"the namespace '{lease.Namespace}' is kept until {LeaseLabels.Write(expires)}; look at it with: kubectl {Context(lease.Caller, settings)}-n {lease.Namespace} get all,events{selected}"));
    }

    /// <summary>
    /// Deletes the namespace and waits until it is gone (a shared KontraktNamespace: what the run applied, and its account).
    /// Never throws for a slow deletion or a cluster that refuses: reports a warning that says what is in its way. Has its own time limit
    /// (KontraktDeleteTimeout) and ignores a cancelled token, since cancelled runs must clean up as well.
    /// </summary>
    /// <returns>Whether the deletion is done or under way; false when the cluster could not be asked for it.</returns>
    public static Task<bool> DeleteAsync(Lease lease, KontraktSettings settings, IRunLog log, CancellationToken cancellationToken) =>
        DeleteAsync(lease.Caller, new(lease.Namespace, lease.ServiceAccount, lease.Created), lease.Kontrakt, lease.RunId, lease.Account, settings, log);

    /// <summary>The same for a lease that an earlier step recorded, also where its account is gone, or all of it.</summary>
    public static async Task<bool> DeleteAsync(KubernetesClient caller, string kontrakt, string runId, LeasePlace place, KontraktSettings settings, IRunLog log)
    {
        using var account = place.Created ? await FindAccountAsync(caller, place, settings) : null;
        return await DeleteAsync(caller, place, kontrakt, runId, account, settings, log);
    }

    /// <param name="account">Hurries the pods of a namespace that is the run's own; null: they take their time.</param>
    private static async Task<bool> DeleteAsync(KubernetesClient caller, LeasePlace place, string kontrakt, string runId, KubernetesClient? account, KontraktSettings settings, IRunLog log)
    {
        var what = place.Created ? $"the namespace '{place.Namespace}'" : $"what kontrakt '{kontrakt}' applied to the namespace '{place.Namespace}'";
        if (IsGone(caller, what, kontrakt, log))
            return true;
        using var limit = new CancellationTokenSource(settings.DeleteTimeout);
        using var reminder = TimeProvider.System.CreateTimer(_ => log.Report(new RunEvent.KontraktProgress(kontrakt, $"still waiting until {what} is gone")), null, Reminder, Reminder);
        try
        {
            var left = place.Created
                ? await new NamespaceDeletion(caller, place.Namespace).RunAsync(runId, account, limit.Token)
                : await SharedDeletion.RunAsync(caller, place.Namespace, place.ServiceAccount, LeaseLabels.Selector(kontrakt, runId), limit.Token);
            if (left is null)
                log.Report(new RunEvent.KontraktProgress(kontrakt, $"deleted {what}"));
            else
                Warn(log, Ktr.DeleteIncomplete.At(null, what, $"{settings.DeleteTimeout.TotalSeconds:0} s", left));
            return true;
        }
        catch (KubernetesException e)
        {
            if (IsGone(caller, what, kontrakt, log))
                return true;
            Warn(log, Ktr.DeleteFailed.At(null, what, e.Message.TrimEnd('.')));
            return false;
        }
    }

    /// <summary>What was on an engine that has ended is gone with it; why it ended is the run's error.</summary>
    private static bool IsGone(KubernetesClient caller, string what, string kontrakt, IRunLog log)
    {
        if (caller.Connection.Ended?.Invoke() is not { } ended)
            return false;
        log.Report(new RunEvent.KontraktProgress(kontrakt, $"{what} is gone with the embedded engine ({ended})"));
        return true;
    }

    /// <summary>The account of a recorded lease; null where it is not available, which does not hold up a deletion.</summary>
    private static async Task<KubernetesClient?> FindAccountAsync(KubernetesClient caller, LeasePlace place, KontraktSettings settings)
    {
        using var limit = new CancellationTokenSource(settings.DeleteTimeout);
        try
        {
            return await LeaseAccount.OpenAsync(caller, place.Namespace, place.ServiceAccount, LeaseAccount.ShortestToken, limit.Token);
        }
        catch (Exception e) when (e is KubernetesException || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            return null;
        }
    }

    private static void Warn(IRunLog log, Diagnostic diagnostic) => log.Report(new RunEvent.Reported(diagnostic with { Severity = Severity.Warning }));

    private static string Context(KubernetesClient client, KontraktSettings settings) => client.Connection.Name switch
    {
        "in-cluster" => "",
        EngineHandshake.Context => $"--kubeconfig '{EngineFolder.Find(settings.EngineDirectory).Handshake}' ",
        var name => $"--context {name} ",
    };
}

/// <summary>Where a lease is.</summary>
/// <param name="Created">Whether the run made the namespace (and so deletes it).</param>
public sealed record LeasePlace(string Namespace, string ServiceAccount, bool Created);
