using System.Net;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>The client of a lease's account.</summary>
internal static class LeaseAccount
{
    /// <summary>A token's life unless the run may need a longer one.</summary>
    public static readonly TimeSpan ShortestToken = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30);

    /// <summary>A client with a token of its own, which is renewed when it has expired: a cluster may grant less time than was asked for.</summary>
    public static async Task<ClusterClient> OpenAsync(ClusterClient caller, string ns, string account, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        return caller.As(new ClusterIdentity.Token(await TokenAsync(cancellationToken)) { Renew = TokenAsync });

        async Task<string> TokenAsync(CancellationToken token) => (await caller.CreateTokenAsync(ns, account, lifetime, token)).Value;
    }

    /// <summary>
    /// Waits until the cluster's authorizers have heard of the account's rights, which they do from caches of their own: no event tells, so the
    /// account asks what it may do until it may.
    /// </summary>
    public static async Task WaitForRightsAsync(ClusterClient account, string ns, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestProbe);
        var question = new AccessQuestion("create", ApiResource.Pods.Kind.Group, ApiResource.Pods.Plural, ns);
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(10); !await MayAsync(account, question, limit.Token); pause *= 1.5)
                await Task.Delay(pause, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException($"the rights of the run's account had no effect within {LongestProbe.TotalSeconds:0} s", HttpStatusCode.Forbidden, "Forbidden", [], inner: e);
        }
    }

    private static async Task<bool> MayAsync(ClusterClient account, AccessQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.CanIAsync(question, cancellationToken)).Allowed;
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Unauthorized)
        {
            return false; // An API server that has not heard of the account yet.
        }
    }
}
