using System.Net;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>Asks for every right that a run needs, before anything is built.</summary>
public static class Preflight
{
    /// <param name="watched">Kinds of the manifests whose state the caller will watch (Deployment, Job, …), beside pods and events.</param>
    /// <exception cref="KontraktException">Unreachable (KTR3001), not logged in (KTR3013), no such namespace (KTR3012) or pull secret (KTR3015), or all missing rights at once (KTR3004).</exception>
    public static async Task CheckAsync(ClusterClient client, KontraktSettings settings, IReadOnlyCollection<GroupVersionKind> watched, CancellationToken cancellationToken)
    {
        // The embedded engine has just answered, or it would not be known.
        if (client.Connection.Ended is null)
            await Reachability.CheckAsync(client.Connection, cancellationToken);
        try
        {
            var resources = await Task.WhenAll(watched.Distinct().Select(kind => client.FindResourceAsync(kind, cancellationToken)));
            var plans = RightsPlan.AllFor(settings, [.. resources.OfType<ApiResource>().Where(resource => resource.Namespaced)]);
            foreach (var plan in plans.Where(plan => !plan.Created))
                await RequireNamespaceAsync(client, plan.Namespace, cancellationToken);
            await RequireRightsAsync(client, plans, cancellationToken);
            await PullSecret.ReadAsync(client, settings, cancellationToken);
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Unauthorized)
        {
            throw Ktr.CredentialsRefused.Error(e, null, client.Connection.Name, client.Connection.Server, e.Message.TrimEnd('.'));
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "its rights were asked for")], e);
        }
    }

    private static async Task RequireNamespaceAsync(ClusterClient client, string ns, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.FindAsync(new(ApiResource.Namespaces, null, ns), cancellationToken) is null)
                throw Ktr.NamespaceMissing.Error(null, ns, client.Connection.Name);
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            // Who may not look at the namespace may yet work in it; the questions that follow tell.
        }
    }

    private static async Task RequireRightsAsync(ClusterClient client, IEnumerable<RightsPlan> plans, CancellationToken cancellationToken)
    {
        var missing = (await Task.WhenAll(plans.Select(plan => MissingAsync(client, plan, cancellationToken)))).SelectMany(each => each).ToList();
        if (missing.Count > 0)
            throw Ktr.MissingRights.Error(null, await WhoAmI.AskAsync(client, cancellationToken), client.Connection.Name, string.Join("; ", missing));
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(ClusterClient client, RightsPlan plan, CancellationToken cancellationToken)
    {
        var granting = AccountGrant.WhyImpossibleAsync(client, plan, cancellationToken);
        var answers = await Task.WhenAll(plan.Questions.Select(question => client.CanIAsync(question, cancellationToken)));
        var missing = plan.Describe(answers.Where(answer => !answer.Allowed).Select(answer => answer.Question));
        return await granting is { } why ? [.. missing, why] : missing;
    }
}
