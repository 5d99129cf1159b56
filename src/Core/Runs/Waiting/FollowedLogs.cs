using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Reports the logs of tests line by line as they are written (KontraktFollow). Secrets are read again for each part of a log, as a test may make one
/// and print it.
/// </summary>
internal sealed class FollowedLogs(KontraktWork work, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>How long what a container that has ended wrote last is waited for.</summary>
    private static readonly TimeSpan ForTheRest = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly Dictionary<(string Pod, string Container, long Run), Task> _following = [];
    private readonly HashSet<(string Pod, string Container, long Run)> _ended = [];

    /// <summary>Begins with each container that has a log now. Called for each state of the pod, one after another.</summary>
    public void Follow(PodHistory pod)
    {
        if (!work.Settings.Follow || pod.Deleted)
            return;
        foreach (var container in ContainerStatus.Of(pod.Pod).Where(each => each.Running || each.Ended is not null))
        {
            var key = (pod.Pod.Uid, container.Name, container.Restarts);
            if (container.Ended is not null)
                _ended.Add(key);
            if (!_following.ContainsKey(key))
                _following[key] = FollowAsync(pod.Pod, container.Name, several: pod.Pod.Items("spec", "containers").Skip(1).Any() || container.Init);
        }
    }

    /// <summary>Waits until all is reported that containers have written, which have ended; what still runs is not followed further.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            limit.CancelAfter(ForTheRest);
            // Nothing is lost that the log files of the run do not have.
            await Task.WhenAny(Task.WhenAll(_following.Where(each => _ended.Contains(each.Key)).Select(each => each.Value)), Task.Delay(Timeout.Infinite, limit.Token));
            await limit.CancelAsync();
        }
        await _stop.CancelAsync();
        await Task.WhenAll(_following.Values);
        _stop.Dispose();
    }

    private async Task FollowAsync(KubernetesObject pod, string container, bool several)
    {
        try
        {
            await foreach (var line in new LogFollowing(work.Lease.Caller, pod, container, work.RedactorAsync).ReadAsync(tail: null, _stop.Token))
                work.Log.Report(new RunEvent.LogLine(work.Lease.Kontrakt, several ? $"pod/{pod.Name} {container}" : $"pod/{pod.Name}", line));
        }
        catch (KubernetesException e)
        {
            work.Log.Report(new RunEvent.Detail($"{work.Lease.Kontrakt}: the log of container {container} of pod {pod.Name} cannot be followed: {e.Message}"));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody waits for the rest.
        }
    }
}
