using System.Collections.Concurrent;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Images.Builds;

/// <summary>Follows the log of each step as soon as it runs: to the run's log with the build's name in front, to whoever builds, and its end into memory.</summary>
internal sealed class BuildLogs(BuildPlace place, BuildPodRequest request, IRunLog log, Redactor redactor, int lastLines) : IAsyncDisposable
{
    /// <summary>How long what a pod that has ended wrote last is waited for.</summary>
    private static readonly TimeSpan ForTheRest = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Queue<string>> _tails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _following = new(StringComparer.Ordinal);
    private readonly Lock _telling = new();

    /// <summary>Begins with each step that has a log now. Called for each state of the pod, one after another.</summary>
    public void Follow(KubernetesObject pod)
    {
        foreach (var step in ContainerStatus.Of(pod).Where(step => step.Running || step.Ended is not null))
        {
            if (!_following.ContainsKey(step.Name))
                _following[step.Name] = FollowAsync(pod, step.Name);
        }
    }

    /// <summary>Waits until all is read that the steps have written, which have ended.</summary>
    public async Task DrainAsync()
    {
        _stopping.CancelAfter(ForTheRest);
        await Task.WhenAll(_following.Values);
    }

    public IReadOnlyList<string> LastLines(string step) => _tails.TryGetValue(step, out var tail) ? [.. tail] : [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_following.Values);
        _stopping.Dispose();
    }

    /// <summary>A log that cannot be read is reported, and fails no build.</summary>
    private async Task FollowAsync(KubernetesObject pod, string step)
    {
        try
        {
            await foreach (var line in new LogFollowing(place.Client, pod, step, _ => Task.FromResult(redactor)).ReadAsync(tail: null, _stopping.Token))
                Tell(step, line.TrimEnd());
        }
        catch (KubernetesException e)
        {
            log.Report(new RunEvent.Detail($"[{request.Name}] the log of its step '{step}' cannot be read: {e.Message}"));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nobody waits for the rest.
        }
    }

    private void Tell(string step, string line)
    {
        lock (_telling)
        {
            var tail = _tails.GetOrAdd(step, _ => new());
            tail.Enqueue(line);
            if (tail.Count > lastLines)
                tail.Dequeue();
            log.Report(new RunEvent.Progress($"[{request.Name}] {line}"));
            request.OnLine?.Invoke(step, line);
        }
    }
}
