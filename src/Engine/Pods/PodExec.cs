using System.Collections.Concurrent;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods;

/// <summary>Runs commands in containers that run.</summary>
public sealed class PodExec
{
    private readonly ConcurrentDictionary<(string Uid, string Container), Func<PodExecRequest, CancellationToken, Task<int>>> running = new();

    /// <returns>The command's exit code; 128 + the signal that ended it; 126 or 127 where it cannot be started.</returns>
    /// <exception cref="StatusException">The container does not run, worded as Kubernetes does. Before anything is run.</exception>
    public Task<int> ExecAsync(StoredObject pod, PodExecRequest request, CancellationToken cancellationToken)
    {
        var phase = pod.View.Text("status", "phase");
        if (phase is "Succeeded" or "Failed")
            throw StatusException.BadRequest($"cannot exec into a container in a completed pod; current phase is {phase}");
        if (request.Command.Count == 0)
            throw StatusException.BadRequest("you must specify at least 1 command for the container");
        var container = LogTarget.Container(pod.View, request.Container);
        if (pod.View.Text("spec", "nodeName").Length == 0)
            throw StatusException.BadRequest($"pod {pod.Key.Name} does not have a host assigned");
        return running.TryGetValue((pod.View.Uid, container), out var exec)
            ? exec(request, cancellationToken)
            : throw new StatusException(500, "InternalError", $"unable to upgrade connection: container not found (\"{container}\")");
    }

    internal void Add(string uid, string container, Func<PodExecRequest, CancellationToken, Task<int>> exec) => running[(uid, container)] = exec;

    internal void Remove(string uid, string container) => running.TryRemove((uid, container), out _);
}

/// <summary>A command to be run in a container that runs.</summary>
/// <param name="Container">null where the pod has only one.</param>
/// <param name="Input">null for none.</param>
public sealed record PodExecRequest(string? Container, IReadOnlyList<string> Command, Stream? Input, Stream Output, Stream Error);
