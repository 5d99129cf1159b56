using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// Follows the log of a container's run to its end. A connection that is lost is taken up where it broke: no line is missing, and none is given twice.
/// </summary>
/// <param name="pod">By its uid: another one of its name is not followed.</param>
/// <param name="redactor">Asked for each part that has been read.</param>
internal sealed class LogFollowing(ClusterClient client, KubernetesObject pod, string container, Func<CancellationToken, Task<Redactor>> redactor)
{
    /// <summary>In a row without a line.</summary>
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Lines given so far.</summary>
    private int given;
    /// <summary>Of a log that is not followed from its beginning: the time of the last line, and how many lines had it.</summary>
    private (DateTimeOffset Time, int Lines) last;

    /// <param name="tail">Begins with so many lines from its end; null: at its beginning.</param>
    /// <exception cref="KubernetesException">There is no such log, or the server does not come back.</exception>
    public async IAsyncEnumerable<string> ReadAsync(int? tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = RunOf(pod);
        for (var attempt = 1; ; attempt++)
        {
            await using var lines = (tail is null ? FromBeginningAsync(cancellationToken) : FromLastAsync(tail.Value, cancellationToken)).GetAsyncEnumerator(cancellationToken);
            bool? more;
            while ((more = await TryMoveAsync(lines, attempt)) == true)
            {
                attempt = 1;
                yield return lines.Current;
            }
            if (more == false)
                yield break;
            await Task.Delay(Pause, cancellationToken);
            if (!await IsSameRunAsync(run, cancellationToken))
                yield break;
        }
    }

    /// <summary>Whether there is a line more; null where the connection was lost, and another try is due.</summary>
    private static async Task<bool?> TryMoveAsync(IAsyncEnumerator<string> lines, int attempt)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (KubernetesException e) when (e.Code is not (HttpStatusCode.NotFound or HttpStatusCode.BadRequest) && attempt < Attempts)
        {
            return null;
        }
    }

    private async IAsyncEnumerable<string> FromBeginningAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = given;
        await foreach (var line in OpenAsync(new(container) { Follow = true }, cancellationToken))
        {
            if (known-- > 0)
                continue;
            given++;
            yield return line;
        }
    }

    private async IAsyncEnumerable<string> FromLastAsync(int tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (since, known) = last;
        var isKnown = false;
        await foreach (var stamped in OpenAsync(new(container) { Follow = true, Timestamps = true, TailLines = known == 0 ? tail : null, SinceTime = known == 0 ? null : since }, cancellationToken))
        {
            var (time, line) = Split(stamped);
            // What has no time is the rest of the line before it.
            if (time is { } at)
            {
                isKnown = at < since || (at == since && known-- > 0);
                if (!isKnown)
                    last = (at, at == last.Time ? last.Lines + 1 : 1);
            }
            if (!isKnown)
                yield return line;
        }
    }

    /// <summary>The time that a server writes before each line (RFC 3339), where there is one.</summary>
    private static (DateTimeOffset? Time, string Line) Split(string stamped)
    {
        var space = stamped.IndexOf(' ', StringComparison.Ordinal);
        var (stamp, line) = space < 0 ? (stamped, "") : (stamped[..space], stamped[(space + 1)..]);
        return stamp.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? (time, line) : (null, stamped);
    }

    private async IAsyncEnumerable<string> OpenAsync(LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await client.OpenLogAsync(pod.Namespace, pod.Name, options, cancellationToken);
        await foreach (var line in LogReader.ReadAsync(stream, redactor, cancellationToken))
            yield return line;
    }

    /// <summary>Whether what would be read now is the log of the same run.</summary>
    private async Task<bool> IsSameRunAsync(string run, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(new(ApiResource.Pods, pod.Namespace, pod.Name), cancellationToken) is { } now && now.Uid == pod.Uid && (run.Length == 0 || RunOf(now) == run);
        }
        catch (KubernetesException)
        {
            // It does not answer yet, or not this account: the log itself says more.
            return true;
        }
    }

    /// <summary>Which run of the container it is; empty where the pod, as it was, had none yet.</summary>
    private string RunOf(KubernetesObject item) => item.Items("status", "containerStatuses").Concat(item.Items("status", "initContainerStatuses"))
        .FirstOrDefault(each => each["name"]?.ToString() == container)?["containerID"]?.ToString() ?? "";
}
