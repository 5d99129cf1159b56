using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Clusters.Pods;

/// <summary>Follows a container's log from its beginning to its end; a connection that is lost is taken up where it broke.</summary>
internal static class LogFollowing
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="redactor">Asked for each part that has been read.</param>
    /// <exception cref="KubernetesException">There is no such log, or the server does not come back.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(ClusterClient client, string ns, string pod, string container, Func<CancellationToken, Task<Redactor>> redactor,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = 0;
        for (var attempt = 1; ; attempt++)
        {
            await using var lines = OnceAsync(client, ns, pod, container, redactor, cancellationToken).GetAsyncEnumerator(cancellationToken);
            for (var known = given; await TryMoveAsync(lines, attempt) is var more;)
            {
                if (more == false)
                    yield break;
                if (more is null)
                    break;
                if (known-- > 0)
                    continue;
                given++;
                yield return lines.Current;
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Whether there is a line more; null where the connection was lost, and another try is due.</summary>
    private static async Task<bool?> TryMoveAsync(IAsyncEnumerator<string> lines, int attempt)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (KubernetesException e) when (e.Code != HttpStatusCode.NotFound && attempt < Attempts)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<string> OnceAsync(ClusterClient client, string ns, string pod, string container, Func<CancellationToken, Task<Redactor>> redactor,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await client.OpenLogAsync(ns, pod, new(container) { Follow = true }, cancellationToken);
        await foreach (var line in LogReader.ReadAsync(stream, redactor, cancellationToken))
            yield return line;
    }
}
