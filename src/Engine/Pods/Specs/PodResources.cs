using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What pods ask for and may use (resources.requests, resources.limits).</summary>
internal static class PodResources
{
    /// <summary>cpu, memory: of the pod as a whole.</summary>
    public static decimal Requested(PodDefinition pod, string resource) => Total(pod, container => Request(container, resource))?.Amount ?? 0;

    /// <summary>cpu, memory and more of "requests" or "limits" of a whole pod; null where it says nothing of it.</summary>
    public static Quantity? Total(KubernetesObject pod, string list, string resource) =>
        Total(new PodDefinition(new(Kinds.Pod, pod.Namespace, pod.Name), pod), container => Quantity.Read(container.Text("resources", list, resource)));

    /// <summary>The sum of all main containers and sidecars, or the largest init container, whichever is more; null where none of them says anything.</summary>
    public static Quantity? Total(PodDefinition pod, Func<ContainerDefinition, Quantity?> amount)
    {
        Quantity? sidecars = null, largest = null;
        foreach (var container in pod.Init)
        {
            var together = Sum(sidecars, amount(container));
            if (container.Role == ContainerRole.Sidecar)
                sidecars = together;
            largest = Larger(largest, together);
        }
        return Larger(largest, pod.Main.Aggregate(sidecars, (sum, container) => Sum(sum, amount(container))));
    }

    private static Quantity? Sum(Quantity? left, Quantity? right) => left is { } one && right is { } other ? one + other : left ?? right;

    private static Quantity? Larger(Quantity? left, Quantity? right) => left is null || right > left ? right : left;

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
    public static decimal Requested(ContainerDefinition container, string resource) => Request(container, resource)?.Amount ?? 0;

    private static Quantity? Request(ContainerDefinition container, string resource) =>
        Quantity.Read(container.Text("resources", "requests", resource)) ?? Quantity.Read(container.Text("resources", "limits", resource));

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
