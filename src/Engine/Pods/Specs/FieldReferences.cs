using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Identity;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>The downward API: what a pod learns about itself.</summary>
internal static class FieldReferences
{
    /// <param name="pod">As it is now.</param>
    /// <exception cref="ContainerConfigException">There is no such field.</exception>
    public static string Field(KubernetesObject pod, string path)
    {
        if (Subscript(path) is var (map, key))
            return pod.Text("metadata", map, key);
        return path switch
        {
            "metadata.name" => pod.Name,
            "metadata.namespace" => pod.Namespace,
            "metadata.uid" => pod.Uid,
            "metadata.labels" => Lines(pod.Labels),
            "metadata.annotations" => Lines(pod.Annotations),
            "spec.nodeName" => pod.Text("spec", "nodeName"),
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName"),
            "status.hostIP" => pod.Text("status", "hostIP"),
            "status.podIP" => pod.Text("status", "podIP"),
            "status.podIPs" => string.Join(',', pod.Items("status", "podIPs").Select(each => each["ip"]?.ToString())),
            "status.hostIPs" => string.Join(',', pod.Items("status", "hostIPs").Select(each => each["ip"]?.ToString())),
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>A limit or request as a whole number of the divisor's units, rounded up; what has no limit has the node's.</summary>
    /// <exception cref="ContainerConfigException">There is no such container or resource.</exception>
    public static string Resource(PodDefinition pod, ContainerDefinition? asking, JsonObject reference, NodeCapacity node)
    {
        var name = reference["containerName"]?.ToString() ?? asking?.Name ?? "";
        var container = pod.Containers.FirstOrDefault(each => each.Name == name) ?? throw new ContainerConfigException($"container {name} not found");
        var resource = reference["resource"]?.ToString() ?? "";
        var value = resource.Split('.', 2) switch
        {
            ["limits", "cpu"] => PodResources.Limit(container, "cpu") ?? node.Cpus,
            ["limits", "memory"] => PodResources.Limit(container, "memory") ?? node.MemoryBytes,
            ["limits", "ephemeral-storage"] => PodResources.Limit(container, "ephemeral-storage") ?? node.DiskBytes,
            ["requests", var kind and ("cpu" or "memory" or "ephemeral-storage")] => PodResources.Requested(container, kind),
            _ => throw new ContainerConfigException($"unsupported container resource : {resource}"),
        };
        var divisor = Quantity.Read(reference["divisor"]?.ToString())?.Amount is > 0 and var unit ? unit : 1;
        return Math.Ceiling(value / divisor).ToString("F0", CultureInfo.InvariantCulture);
    }

    /// <summary>metadata.labels['key'] and metadata.annotations['key'].</summary>
    private static (string Map, string Key)? Subscript(string path)
    {
        foreach (var map in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            var prefix = $"metadata.{map}['";
            if (path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) && path.Length >= prefix.Length + 2)
                return (map, path[prefix.Length..^2]);
        }
        return null;
    }

    /// <summary>key="value" for each, ordered; the value quoted as Go does.</summary>
    private static string Lines(IReadOnlyDictionary<string, string> map) =>
        string.Join('\n', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={GoText.Quote(pair.Value)}"));
}
