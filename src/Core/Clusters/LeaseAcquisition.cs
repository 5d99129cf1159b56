using System.Text.Json.Nodes;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>Makes one lease: namespace, account, rights and pull secret, and waits until pods can start there.</summary>
internal sealed class LeaseAcquisition(ClusterClient caller, LeasePlan plan, KontraktSettings settings, IRunLog log)
{
    /// <summary>Whether the namespace existed before: another process applies the same run, and what is in it is not this one's to undo.</summary>
    private bool _taken;

    public async Task<Lease> AcquireAsync(CancellationToken cancellationToken)
    {
        var secret = await PullSecret.ReadAsync(caller, settings, cancellationToken);
        ClusterClient? account = null;
        try
        {
            if (plan.Created)
                await CreateNamespaceAsync(cancellationToken);
            account = await FurnishAsync(secret, cancellationToken);
            log.Report(new RunEvent.KontraktProgress(plan.Kontrakt, $"runs in the namespace '{plan.Namespace}' of cluster '{caller.Connection.Name}'"));
            return new(plan, caller, account);
        }
        catch
        {
            account?.Dispose();
            if (!_taken)
                await UndoAsync();
            throw;
        }
    }

    private async Task CreateNamespaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var body = NamespaceBody();
            // Other clusters have mirrors and a network of their own. The engine serves builds that want other ones, or none.
            if (caller.Connection.Name == EngineHandshake.Context && body.Json["metadata"]?["annotations"] is JsonObject annotations)
                Annotate(annotations);
            await Creation.CreateAsync(caller, ApiResource.Namespaces, null, body, cancellationToken);
        }
        catch (KubernetesException e) when (e.Reason == "AlreadyExists")
        {
            _taken = true;
            throw;
        }
    }

    private void Annotate(JsonObject annotations)
    {
        if (settings.RegistryMirrors.Count > 0)
            annotations[LeaseLabels.RegistryMirrors] = string.Join(',', settings.RegistryMirrors);
        if (settings.Egress)
            annotations[LeaseLabels.Egress] = "true";
        if (settings.EgressAllow.Count > 0)
            annotations[LeaseLabels.EgressAllow] = string.Join(',', settings.EgressAllow);
    }

    private async Task<ClusterClient> FurnishAsync(KubernetesObject? secret, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var granting = Guarded(AccountGrant.GrantAsync(caller, plan, failed.Token));
        var copying = Guarded(CopySecretAsync(secret, failed.Token));
        var opening = Guarded(OpenAsync(secret, failed.Token));
        var ready = Guarded(new AccountsReady(caller, plan).WaitAsync(failed.Token));
        try
        {
            await Task.WhenAll(granting, copying, opening, ready);
        }
        catch
        {
            if (opening.IsCompletedSuccessfully)
                (await opening).Dispose();
            throw; // Of the first to fail: it cancelled the others.
        }
        var account = await opening;
        log.Report(new RunEvent.Detail($"kontrakt '{plan.Kontrakt}': the account '{plan.ServiceAccount}' is bound in the namespace '{plan.Namespace}' to {await granting}"));
        if (plan.Created && secret is not null)
            await caller.MergePatchAsync(new(ApiResource.ServiceAccounts, plan.Namespace, "default"), PullSecretPatch(secret), cancellationToken);
        await LeaseAccount.WaitForRightsAsync(account, plan.Namespace, cancellationToken);
        return account;

        async Task<T> Guarded<T>(Task<T> task)
        {
            try
            {
                return await task;
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    private async Task<ClusterClient> OpenAsync(KubernetesObject? secret, CancellationToken cancellationToken)
    {
        var body = Body("v1", "ServiceAccount", plan.ServiceAccount);
        if (secret is not null)
            body.Json["imagePullSecrets"] = PullSecret.References(PullSecret.CopyFor(plan, secret).Name);
        await Creation.CreateAsync(caller, ApiResource.ServiceAccounts, plan.Namespace, body, cancellationToken);
        return await LeaseAccount.OpenAsync(caller, plan.Namespace, plan.ServiceAccount, TokenLifetime(), cancellationToken);
    }

    /// <summary>Longer than the budget, so that no token ends within a run; a cluster may grant less, which no budget of minutes meets.</summary>
    private TimeSpan TokenLifetime()
    {
        var needed = settings.Timeout + TimeSpan.FromMinutes(30);
        return needed > LeaseAccount.ShortestToken ? needed : LeaseAccount.ShortestToken;
    }

    private async Task<bool> CopySecretAsync(KubernetesObject? secret, CancellationToken cancellationToken)
    {
        if (secret is null || (!plan.Created && secret.Namespace == plan.Namespace))
            return false;
        await Creation.CreateAsync(caller, ApiResource.Secrets, plan.Namespace, PullSecret.CopyFor(plan, secret), cancellationToken);
        return true;
    }

    private static JsonObject PullSecretPatch(KubernetesObject secret) => new() { ["imagePullSecrets"] = PullSecret.References(secret.Name) };

    private KubernetesObject NamespaceBody() => new(new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = plan.NamespaceMetadata() });

    private KubernetesObject Body(string apiVersion, string kind, string name) =>
        new(new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = plan.Metadata(name) });

    /// <summary>What a failed or cancelled acquisition made is deleted, in time of its own; what cannot be is left to the reaper.</summary>
    private async Task UndoAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            if (plan.Created)
                await new NamespaceDeletion(caller, plan.Namespace).StartAsync(plan.RunId, limit.Token);
            else
                await new SharedDeletion(caller, null, plan.Namespace).DeleteAccountAsync(plan.ServiceAccount, limit.Token);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            log.Report(new RunEvent.Detail($"what was made of the namespace '{plan.Namespace}' could not be deleted ({e.Message}); a later run removes it"));
        }
    }
}
