using System.Net;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Clusters;

/// <summary>Whether a cluster answers at all: found out within seconds, not after the budget that a request in the middle of a run has.</summary>
internal static class Reachability
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <exception cref="KontraktException">KTR3001 with the cause.</exception>
    public static async Task CheckAsync(ClusterConnection connection, CancellationToken cancellationToken)
    {
        // A credential plugin may want a person's answer, which takes the time it takes: it is not part of this question.
        var knocking = connection.Identity is ClusterIdentity.Exec ? connection with { Identity = new ClusterIdentity.Anonymous() } : connection;
        var options = new ClientOptions { RetryBudget = TimeSpan.FromSeconds(2), RequestTimeout = TimeSpan.FromSeconds(7) };
        using var client = new ClusterClient(knocking, options);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            await client.GetVersionAsync(bound.Token);
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests || e.RetryAfter is not null)
        {
            // It answers; the next request asks what it allows us, and has the time to repeat itself there.
        }
        catch (KubernetesException e)
        {
            throw Unreachable(connection, Cause(e), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(connection, $"no answer within {Bound.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Whether a connection may be to an engine of which nothing else is known: a kubeconfig that one left leads to nobody.</summary>
    public static bool MayBeEngine(ClusterConnection connection) => connection is { Name: EngineHandshake.Context, Server.IsLoopback: true };

    private static KontraktException Unreachable(ClusterConnection connection, string cause, Exception e) =>
        // Who fails at TLS answers: it is another server at the port, or has another certificate.
        MayBeEngine(connection) && e.InnerException is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? Ktr.EngineGone.Error(e, null, connection.Name, cause.TrimEnd('.'))
        : Ktr.ClusterUnreachable.Error(e, null, connection.Name, connection.Server, cause.TrimEnd('.'));

    private static string Cause(KubernetesException e) => (e.InnerException as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"its name cannot be resolved ({e.Message})",
        HttpRequestError.SecureConnectionError => $"TLS failed ({e.Message}); check certificate-authority and tls-server-name of the context",
        HttpRequestError.ProxyTunnelError => $"the proxy refused ({e.Message})",
        _ => e.Message,
    };
}
