using System.Collections.Concurrent;
using System.Net;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>
/// Reads the logs of containers that have ended with an error as soon as that is seen: what deletes their pods, deletes their logs. Of Jobs that
/// delete themselves at once, logs are followed from the start of the containers.
/// </summary>
internal sealed class EndedLogs(KontraktWork work, CancellationToken cancellationToken) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly ConcurrentDictionary<(string Pod, string Container, long Run, bool Follow), Task<IReadOnlyList<string>?>> _reading = [];

    /// <param name="follow">Whether its pods may be gone as soon as they have ended.</param>
    public void Read(PodHistory pod, bool follow)
    {
        if (pod.Deleted)
            return;
        foreach (var container in ContainerStatus.Of(pod.Pod).Where(each => each.Ended is { ExitCode: not 0 } || (follow && each.Running)))
            _reading.GetOrAdd((pod.Pod.Name, container.Name, container.Restarts, container.Running), ReadAsync);
    }

    /// <summary>The outcome with the logs of its containers; null for one that could not be read.</summary>
    public async Task<TestOutcome.Failed> AttachAsync(TestOutcome.Failed failed)
    {
        var logs = new List<IReadOnlyList<string>?>();
        foreach (var container in failed.Containers)
        {
            IReadOnlyList<string>? last = null;
            // The last run counts, and of it what was read after its end.
            foreach (var reading in _reading.Where(each => each.Key.Pod == failed.Pod && each.Key.Container == container).OrderByDescending(each => each.Key.Run).ThenBy(each => each.Key.Follow))
                last ??= await reading.Value is { Count: > 0 } lines ? lines : last;
            logs.Add(last);
        }
        return failed with { Logs = logs };
    }

    private async Task<IReadOnlyList<string>?> ReadAsync((string Pod, string Container, long Run, bool Follow) key)
    {
        try
        {
            // Opened first: what is open can be read although its pod is deleted meanwhile.
            await using var stream = await work.Lease.Caller.OpenLogAsync(work.Lease.Namespace, key.Pod, new(key.Container) { Follow = key.Follow }, _stop.Token);
            var redactor = await work.RedactorAsync(_stop.Token);
            var logs = new LogCapture(work, redactor);
            // One that is followed is being written already.
            var file = key.Follow || !_reading.ContainsKey(key with { Follow = true }) ? LogCapture.FileOf(work.Folder, key.Pod, key.Container, previous: false) : null;
            return await logs.SaveAsync(stream, file, _stop.Token);
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null; // Nobody needs it any more.
        }
        catch (Exception e) when (e is KubernetesException or IOException or UnauthorizedAccessException)
        {
            // The verdict does not change without it.
            work.Log.Report(new RunEvent.Detail($"{work.Lease.Kontrakt}: the log of container {key.Container} of pod {key.Pod} could not be read when it ended: {e.Message}"));
            return null;
        }
    }

    /// <summary>Ends what is still followed.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
