using System.Collections.Concurrent;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>Reads the logs of containers that have ended with an error as soon as that is seen: what deletes their pods, deletes their logs.</summary>
internal sealed class EndedLogs(KontraktWork work, CancellationToken cancellationToken)
{
    private readonly ConcurrentDictionary<(string Pod, string Container, long Run), Task<IReadOnlyList<string>>> _reading = [];

    public void Read(PodHistory pod)
    {
        if (pod.Deleted)
            return;
        foreach (var container in pod.FailedContainers)
            _reading.GetOrAdd((pod.Pod.Name, container.Name, container.Restarts), ReadAsync);
    }

    /// <summary>The outcome with the logs of its containers, so far as they could be read.</summary>
    public async Task<TestOutcome.Failed> AttachAsync(TestOutcome.Failed failed)
    {
        var logs = new List<IReadOnlyList<string>>();
        foreach (var container in failed.Containers)
        {
            var last = _reading.Where(each => each.Key.Pod == failed.Pod && each.Key.Container == container).OrderBy(each => each.Key.Run).LastOrDefault().Value;
            logs.Add(last is null ? [] : await last);
        }
        return failed with { Logs = logs };
    }

    private async Task<IReadOnlyList<string>> ReadAsync((string Pod, string Container, long Run) key)
    {
        try
        {
            var logs = await work.LogsAsync(cancellationToken);
            return await logs.SaveAsync(key.Pod, key.Container, previous: false, LogCapture.FileOf(work.Folder, key.Pod, key.Container, previous: false), cancellationToken) ?? [];
        }
        catch (Exception e) when (e is KubernetesException or IOException or UnauthorizedAccessException)
        {
            // The verdict stands without it.
            work.Log.Report(new RunEvent.Detail($"{work.Lease.Kontrakt}: the log of container {key.Container} of pod {key.Pod} could not be read when it ended: {e.Message}"));
            return [];
        }
    }
}
