using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Saves what a person needs to find out why, before the namespace goes: whole logs, states, events. Everything redacted. In the kontrakt's folder: logs/(pod)/(container).log and .previous.log, status.txt, events.txt.
/// </summary>
internal sealed class Evidence(KontraktWork work, ClusterState state, Redactor redactor)
{
    private readonly LogCapture logs = new(work, redactor);
    private readonly Dictionary<(string Pod, string Container, bool Previous), IReadOnlyList<string>> _tails = [];

    /// <summary>The last lines of a container's log: of its present run, or of the one before where the present one has written nothing.</summary>
    public IReadOnlyList<string> Tail(string pod, string container, bool previousFirst)
    {
        var first = _tails.GetValueOrDefault((pod, container, previousFirst));
        return first is { Count: > 0 } ? first : _tails.GetValueOrDefault((pod, container, !previousFirst)) ?? [];
    }

    public async Task SaveLogsAsync(IEnumerable<KubernetesObject> pods, CancellationToken cancellationToken)
    {
        var wanted = pods.SelectMany(pod => ContainerStatus.Of(pod), (pod, container) => (Pod: pod.Name, Container: container))
            .SelectMany(each => Enumerable.Range(0, each.Container.Restarts > 0 ? 2 : 1), (each, run) => (each.Pod, each.Container.Name, Previous: run == 1));
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (each, token) =>
        {
            var (pod, container, previous) = each;
            var file = LogCapture.FileOf(work.Folder, pod, container, previous);
            await TryAsync($"the log of container {container} of pod {pod}", async () =>
            {
                if (await logs.SaveAsync(pod, container, previous, file, token) is { } tail)
                {
                    lock (_tails)
                        _tails[each] = tail;
                }
            });
        });
    }

    public Task SaveStatesAsync(IEnumerable<KubernetesObject> objects, CancellationToken cancellationToken) => TryAsync("states and events", async () =>
    {
        Directory.CreateDirectory(work.Folder);
        await WriteAsync("status.txt", StatusText.Describe(objects, state), cancellationToken);
        await WriteAsync("events.txt", StatusText.Describe(state.Events), cancellationToken);
    });

    /// <summary>When what happened to the pods, for reports. In a namespace that is not the run's own, other events are nobody's business.</summary>
    public Task SaveObservationAsync(IReadOnlyList<KubernetesObject> pods, CancellationToken cancellationToken) => TryAsync("what happened to its pods", async () =>
    {
        Directory.CreateDirectory(work.Folder);
        var observed = PodObserver.Observe(pods, work.Lease.Created ? state.Events : pods.SelectMany(state.EventsOf), state, text => redactor.Redact(PlainText.Clean(text)));
        await File.WriteAllTextAsync(Path.Combine(work.Folder, RunObservation.FileName), observed.ToJson(), cancellationToken);
    });

    private Task WriteAsync(string name, IEnumerable<string> lines, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(work.Folder, name), string.Concat(lines.Select(line => redactor.Redact(PlainText.Clean(line)) + "\n")), cancellationToken);

    /// <summary>What cannot be saved must not hide the verdict.</summary>
    private async Task TryAsync(string what, Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (Exception e) when (e is KubernetesException or IOException or UnauthorizedAccessException)
        {
            work.Log.Report(new RunEvent.Detail($"{work.Lease.Kontrakt}: {what} could not be saved: {redactor.Redact(e.Message)}"));
        }
    }
}
