using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>Which container, and which start of it, a request is about; refusals are worded as the API server and the kubelet do.</summary>
internal static class LogTarget
{
    /// <returns>The container's name.</returns>
    /// <exception cref="StatusException">There is none by that name, or several and none named.</exception>
    public static string Container(KubernetesObject pod, string? name)
    {
        // In the order in which Kubernetes lists them to choose from.
        List<string> known = [.. Names(pod, "initContainers"), .. Names(pod, "containers")];
        if (!string.IsNullOrEmpty(name))
            return known.Contains(name, StringComparer.Ordinal) ? name : throw StatusException.BadRequest($"container {name} is not valid for pod {pod.Name}");
        return known.Count == 1
            ? known[0]
            : throw StatusException.BadRequest($"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', known)}]");
    }

    /// <returns>The id of the start whose log is wanted.</returns>
    /// <exception cref="StatusException">There is none.</exception>
    public static string ContainerId(KubernetesObject pod, string container, bool previous)
    {
        var status = pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses"))
            .FirstOrDefault(each => Text(each, "name") == container)
            ?? throw StatusException.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is not available");
        var last = Text(status, "lastState", "terminated", "containerID");
        if (previous)
            return last.Length > 0 ? last : throw StatusException.BadRequest($"previous terminated container \"{container}\" in pod \"{pod.Name}\" not found");
        if (KubernetesObject.At(status, "state", "running") is not null)
            return Text(status, "containerID");
        if (KubernetesObject.At(status, "state", "terminated") is not null)
            return Text(status, "state", "terminated", "containerID") is { Length: > 0 } ended ? ended
                : last.Length > 0 ? last
                : throw StatusException.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is terminated");
        return last.Length > 0 ? last : throw StatusException.BadRequest($"container \"{container}\" in pod \"{pod.Name}\" is waiting to start{Why(status)}");
    }

    private static string Why(JsonObject status) => Text(status, "state", "waiting", "reason") switch
    {
        "" => " - no logs yet",
        "ErrImagePull" => ": trying and failing to pull image",
        "ImagePullBackOff" => ": image can't be pulled",
        var reason => $": {reason}",
    };

    private static IEnumerable<string> Names(KubernetesObject pod, string field) => pod.Items("spec", field).Select(container => Text(container, "name"));

    private static string Text(JsonObject map, params ReadOnlySpan<object> path) => KubernetesObject.At(map, path)?.ToString() ?? "";
}
