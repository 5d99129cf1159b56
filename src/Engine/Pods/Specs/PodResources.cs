using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What pods ask for and may use (resources.requests, resources.limits).</summary>
internal static class PodResources
{
    /// <summary>cpu, memory: the sum of all main containers and sidecars, or the largest init container, whichever is more.</summary>
    public static decimal Requested(PodDefinition pod, string resource)
    {
        var sidecars = 0m;
        var largest = 0m;
        foreach (var container in pod.Init)
        {
            var request = Requested(container, resource);
            if (container.Role == ContainerRole.Sidecar)
                sidecars += request;
            largest = Math.Max(largest, container.Role == ContainerRole.Sidecar ? sidecars : sidecars + request);
        }
        return Math.Max(largest, sidecars + pod.Main.Sum(container => Requested(container, resource)));
    }

    /// <summary>null for none.</summary>
    public static decimal? Limit(ContainerDefinition container, string resource) => Quantity.Read(container.Text("resources", "limits", resource))?.Amount;

    /// <summary>Bytes that the containers which run together may have, or one of those before them.</summary>
    public static long MemoryLimit(PodDefinition pod)
    {
        var together = pod.Containers.Where(container => container.Role != ContainerRole.Init).Sum(MemoryLimit);
        return (long)Math.Min(Math.Max(together, pod.Init.Select(MemoryLimit).DefaultIfEmpty().Max()), MachineShare.Current.MemoryBytes);
    }

    /// <summary>What says nothing has a limit, too: one container must not take all that the machine's owner, or the other containers, have.</summary>
    public static decimal MemoryLimit(ContainerDefinition container) =>
        Limit(container, "memory") is > 0 and var limit ? limit : Math.Max(MachineShare.Current.ContainerMemoryBytes, Requested(container, "memory"));

    /// <summary>A limit without a request is the request, too.</summary>
    public static decimal Requested(ContainerDefinition container, string resource) =>
        Quantity.Read(container.Text("resources", "requests", resource))?.Amount ?? Limit(container, resource) ?? 0;

    /// <summary>Guaranteed, Burstable or BestEffort (Kubernetes, "Pod Quality of Service Classes").</summary>
    public static string QosClass(KubernetesObject pod)
    {
        var containers = pod.Items("spec", "initContainers").Concat(pod.Items("spec", "containers")).Select(json => new ContainerDefinition(json, ContainerRole.Main)).ToList();
        string[] resources = ["cpu", "memory"];
        // A request of 0 asks for nothing, although the container has a limit.
        if (!containers.Any(container => resources.Any(resource => Requested(container, resource) > 0 || Limit(container, resource) > 0)))
            return "BestEffort";
        return containers.All(container => resources.All(resource => Limit(container, resource) is > 0 and var limit && Requested(container, resource) == limit)) ? "Guaranteed" : "Burstable";
    }
}
