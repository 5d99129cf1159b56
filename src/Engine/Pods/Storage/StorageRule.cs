using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>Whether a pod has more on the disk than it may: emptyDir.sizeLimit, limits.ephemeral-storage, and else what a pod may have without saying so.</summary>
internal static class StorageRule
{
    private const string Resource = "ephemeral-storage";
    private const long Mebibyte = 1 << 20;

    /// <summary>It has a limit of its own: it is worth to look often.</summary>
    public static bool IsLimited(PodDefinition pod) =>
        pod.View.Items("spec", "volumes").Any(volume => SizeLimit(volume) is not null) || pod.Containers.Any(container => PodResources.Limit(container, Resource) is not null)
        || PodClaims.Of(pod.View).Any();

    /// <param name="usual">Bytes that a pod without limits may have.</param>
    /// <returns>In the words of the kubelet; null where all is well.</returns>
    public static string? WhyEvict(PodDefinition pod, PodUsage usage, long usual)
    {
        if (usage.IsTooDeep)
            return $"Pod has folders nested more than {DiskUsage.Depth} levels deep: the embedded engine cannot count their ephemeral local storage usage.";
        foreach (var volume in pod.View.Items("spec", "volumes"))
        {
            var name = volume["name"]?.ToString() ?? "";
            if (SizeLimit(volume) is { } size && usage.Volumes.TryGetValue(name, out var used) && used > size)
                return $"Usage of EmptyDir volume \"{name}\" exceeds the limit \"{volume["emptyDir"]?["sizeLimit"]}\".";
        }
        foreach (var (claim, (used, size)) in usage.Claims)
            if (used > size)
                return $"Usage of PersistentVolumeClaim \"{claim}\" exceeds its size {Text(size)}: {Text(used)}.";
        var limits = pod.Containers.Select(container => PodResources.Limit(container, Resource)).OfType<decimal>().ToList();
        if (limits.Count > 0 && usage.Total > limits.Sum())
            return $"Pod ephemeral local storage usage exceeds the total limit of containers {Text(limits.Sum())}.";
        foreach (var container in pod.Containers)
            if (PodResources.Limit(container, Resource) is { } limit && usage.Containers.GetValueOrDefault(container.Name) > limit)
                return $"Container {container.Name} exceeded its local ephemeral storage limit \"{container.Text("resources", "limits", Resource)}\".";
        // Also of a pod that has limited a volume only: the rest of it is not unlimited for that.
        return limits.Count == 0 && usage.Total > usual
            ? $"Pod ephemeral local storage usage exceeds {Text(usual)}, the limit of the embedded engine for pods without limits.{Resource}."
            : null;
    }

    /// <summary>The disk has too little left, and this pod has most of it.</summary>
    public static string LowDisk(PodDefinition pod, PodUsage usage, long reserve, long available)
    {
        var largest = usage.Containers.MaxBy(container => container.Value);
        var volumes = usage.Volumes.Count == 0 ? "" : $" Its emptyDir volumes were using {Text(usage.Volumes.Values.Sum())}.";
        var request = pod.Containers.Where(container => container.Name == largest.Key).Sum(container => PodResources.Requested(container, Resource));
        return $"The node was low on resource: {Resource}. Threshold quantity: {Text(reserve)}, available: {Text(available)}. Container {largest.Key} was using {Text(largest.Value)}, request is {Text(request)}.{volumes}";
    }

    private static decimal? SizeLimit(JsonObject volume) =>
        KubernetesObject.At(volume, "emptyDir") is JsonObject empty && empty["medium"]?.ToString() != "Memory" && Quantity.Read(empty["sizeLimit"]?.ToString())?.Amount is > 0 and var limit ? limit : null;

    private static string Text(decimal bytes) => bytes == 0 ? "0"
        : bytes % Mebibyte == 0 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte:0}Mi")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 1024):0}Ki");
}
