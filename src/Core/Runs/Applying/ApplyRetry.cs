using System.Net;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs.Applying;

/// <summary>
/// Refusals that say "not yet" in the words of "no", and that the client therefore does not repeat: the server's admission and authorizers
/// read caches that lag behind what was applied a moment ago. (What looks transient to HTTP, the client itself has tried again by now.)
/// </summary>
internal static class ApplyRetry
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static async Task<ApplyResult> RunAsync(ApplyItem item, Lease lease, Func<CancellationToken, Task<ApplyResult>> apply, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        for (var waited = TimeSpan.Zero; ; waited += pause, pause *= 2)
        {
            try
            {
                return await apply(cancellationToken);
            }
            catch (KubernetesException e) when (waited < Longest && IsNotYet(e, item, lease))
            {
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    private static bool IsNotYet(KubernetesException e, ApplyItem item, Lease lease) => e.Code switch
    {
        // Two objects counted against one quota at the same moment.
        HttpStatusCode.Conflict => e.Message.Contains("on resourcequotas", StringComparison.Ordinal),
        // A quota applied just before, not counted yet; an account applied just before; the account's own rights, on another API server of several.
        HttpStatusCode.Forbidden => e.Message.Contains("status unknown for quota", StringComparison.Ordinal)
            || (e.Message.Contains("error looking up service account", StringComparison.Ordinal) && item.Kind != "ServiceAccount")
            || (lease.Created && ApplyRefusals.IsRefusedByRights(e) && e.Message.Contains($"in the namespace \"{lease.Namespace}\"", StringComparison.Ordinal)),
        // A binding of a role applied just before.
        HttpStatusCode.NotFound => item.Kind is "RoleBinding" or "ClusterRoleBinding",
        _ => false,
    };
}
