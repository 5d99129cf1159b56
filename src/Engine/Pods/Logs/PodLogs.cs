using System.Collections.Concurrent;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>The logs of all containers: of what runs, and of the start before it.</summary>
public sealed class PodLogs(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ContainerLog> logs = new(StringComparer.Ordinal);

    /// <summary>Copies a log to a stream; with <see cref="PodLogRequest.Follow"/>, until the container ends.</summary>
    /// <exception cref="StatusException">There is no such log (yet), worded as Kubernetes does. Before anything is written.</exception>
    public Task ReadAsync(StoredObject pod, PodLogRequest request, Stream output, CancellationToken cancellationToken)
    {
        request.Validate(pod.Key.Name);
        var container = LogTarget.Container(pod.View, request.Container);
        // A pod that is on no node yet has an empty log.
        if (pod.View.Text("spec", "nodeName").Length == 0)
            return Task.CompletedTask;
        var id = LogTarget.ContainerId(pod.View, container, request.Previous);
        return logs.TryGetValue(id, out var log)
            ? new LogCopy(log, request, output, time).CopyAsync(cancellationToken)
            : throw StatusException.BadRequest($"container \"{container}\" in pod \"{pod.Key.Name}\" is not available");
    }

    /// <summary>Begins the log of one start of a container.</summary>
    /// <param name="containerId">As the pod's status has it.</param>
    /// <param name="prefix">The path of its files, except their numbers.</param>
    public ContainerLog Open(string containerId, string prefix) => logs[containerId] = new(prefix, time);

    /// <summary>Deletes every log below a folder.</summary>
    public void RemoveAll(string folder)
    {
        foreach (var (id, _) in logs.Where(entry => Path.GetDirectoryName(entry.Value.Prefix) == folder).ToList())
            Remove(id);
    }

    /// <summary>Deletes a log.</summary>
    public void Remove(string containerId)
    {
        if (logs.TryRemove(containerId, out var log))
            log.Delete();
    }
}
