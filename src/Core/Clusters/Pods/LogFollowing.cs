using System.Net;
using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// Follows the log of a container's run to its end. A connection that is lost, or that ends while the container runs, as that of a server that is started
/// again, is taken up where it broke: no line is missing, and none is given twice (of one that is given in pieces, pieces may be, if it broke within it).
/// </summary>
/// <param name="pod">By its uid: another one of its name is not followed. Its status says which run of the container it is.</param>
/// <param name="redactor">Asked for each part that has been read.</param>
internal sealed class LogFollowing(ClusterClient client, KubernetesObject pod, string container, Func<CancellationToken, Task<Redactor>> redactor)
{
    /// <summary>In a row without an answer.</summary>
    private const int Attempts = 5;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    private readonly long _run = ContainerStatus.Find(pod, container)?.Restarts ?? 0;
    private LogPlace _place;
    private State _state;
    private bool _connected;
    private int _failures;

    private enum State { Running, Ended, Restarted, Gone }

    /// <param name="tail">Begins with so many lines from its end; null: at its beginning.</param>
    /// <exception cref="KubernetesException">There is no such log, or the server does not come back.</exception>
    public async IAsyncEnumerable<string> ReadAsync(int? tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _state = StateOf(pod);
        for (var pause = ShortestPause; _state != State.Gone;)
        {
            var state = _state;
            await using var lines = OnceAsync(state, tail, cancellationToken).GetAsyncEnumerator(cancellationToken);
            bool? more;
            while ((more = await TryAsync(async () => await lines.MoveNextAsync())) == true)
            {
                pause = ShortestPause;
                yield return lines.Current;
            }
            if (more == false && _state != state)
                continue;
            // What had ended before is read to its end.
            if (more == false && state != State.Running)
                yield break;
            State? seen;
            while ((seen = await TryAsync(() => LookAsync(cancellationToken))) is null)
                await Task.Delay(LongestPause, cancellationToken);
            _state = seen.Value;
            if (more == false && _state != State.Running)
                continue;
            // A log often ends a moment before the status says so.
            await Task.Delay(more is null ? LongestPause : pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async IAsyncEnumerable<string> OnceAsync(State state, int? tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new LogOptions(container)
        {
            Follow = state == State.Running,
            Previous = state == State.Restarted,
            Timestamps = true,
            TailLines = _place.Last is null ? tail : null,
            SinceTime = _place.Since,
        };
        if (await OpenAsync(options, cancellationToken) is not { } opened)
            yield break;
        await using var log = new TimedLog(opened, _place, acceptsRest: state != State.Running);
        // Another run may have begun before this log was opened.
        if (_connected && await LookAsync(cancellationToken) is var now && now != state)
        {
            _state = now;
            yield break;
        }
        // It answers: a container may well be silent for longer than all attempts take.
        (_connected, _failures) = (true, 0);
        try
        {
            await foreach (var line in LogReader.ReadAsync(log, redactor, cancellationToken))
                yield return line;
        }
        finally
        {
            _place = log.Place;
        }
    }

    /// <summary>Null where the log of the run before this one is not kept any more.</summary>
    private async Task<Stream?> OpenAsync(LogOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await client.OpenLogAsync(pod.Namespace, pod.Name, options, cancellationToken);
        }
        catch (KubernetesException e) when (options.Previous && (e.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest))
        {
            return null;
        }
    }

    /// <summary>How the container is by now: a log alone does not show why it ends.</summary>
    private async Task<State> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(new(ApiResource.Pods, pod.Namespace, pod.Name), cancellationToken) is { } now && now.Uid == pod.Uid ? StateOf(now) : State.Gone;
        }
        catch (KubernetesException e) when (IsOfGone(e))
        {
            // The account that asks has gone with its namespace.
            return State.Gone;
        }
    }

    private State StateOf(KubernetesObject now) => ContainerStatus.Find(now, container) switch
    {
        { Restarts: var restarts } when restarts == _run + 1 => State.Restarted,
        // The rest of what was followed is not kept any more.
        { Restarts: var restarts } when restarts > _run => State.Gone,
        // One that waits for its next start has ended as well.
        { Ended: not null } or { Running: false, EndedBefore: not null } => State.Ended,
        // One that was evicted may have no status of its containers.
        _ => now.Text("status", "phase") is "Succeeded" or "Failed" ? State.Ended : State.Running,
    };

    private static bool IsOfGone(KubernetesException e) => e.Code is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    /// <summary>What the action gives; null where it failed, and another try is due.</summary>
    private async Task<T?> TryAsync<T>(Func<Task<T>> action) where T : struct
    {
        try
        {
            return await action();
        }
        catch (KubernetesException e) when (_failures + 1 < Attempts && (_connected || e.Code is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests))
        {
            _failures++;
            return null;
        }
    }
}
