using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>As whom a container runs: its securityContext over its pod's over its image's user.</summary>
internal static class ContainerIdentity
{
    /// <exception cref="ContainerConfigException">The image knows no such user, or it would be root against runAsNonRoot; worded as the kubelet does.</exception>
    public static ContainerUser Of(PodDefinition pod, ContainerDefinition container, ContainerImage image)
    {
        var user = Number(Setting(pod, container, "runAsUser"));
        var group = Number(Setting(pod, container, "runAsGroup"));
        if (Setting(pod, container, "runAsNonRoot")?.ToString() == "true")
            RefuseRoot(pod, container, user, image.Config.User);
        try
        {
            var found = user is { } id ? ImageUsers.Find(image.Layers, id, group) : ImageUsers.Find(image.Layers, image.Config.User);
            var groups = found.SupplementaryGroups.Concat(PodGroups(pod)).Distinct();
            return found with { GroupId = group ?? found.GroupId, SupplementaryGroups = [.. groups.Where(each => each != (group ?? found.GroupId))] };
        }
        catch (ImageUserException e)
        {
            throw new ContainerConfigException(e.Message, e);
        }
    }

    private static IEnumerable<uint> PodGroups(PodDefinition pod)
    {
        foreach (var group in pod.SecurityContext("supplementalGroups") as JsonArray ?? [])
            yield return Number(group) ?? 0;
        if (Number(pod.SecurityContext("fsGroup")) is { } files)
            yield return files;
    }

    private static void RefuseRoot(PodDefinition pod, ContainerDefinition container, uint? user, string? imageUser)
    {
        var about = $"(pod: \"{pod.FullName}\", container: {container.Name})";
        if (user is { } id)
        {
            if (id == 0)
                throw new ContainerConfigException($"container's runAsUser breaks non-root policy {about}");
            return;
        }
        var name = imageUser?.Split(':')[0] ?? "";
        if (name.Length > 0 && !uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new ContainerConfigException($"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root {about}");
        if (name.Length == 0 || uint.Parse(name, CultureInfo.InvariantCulture) == 0)
            throw new ContainerConfigException($"container has runAsNonRoot and image will run as root {about}");
    }

    private static JsonNode? Setting(PodDefinition pod, ContainerDefinition container, string field) =>
        container.At("securityContext", field) ?? pod.SecurityContext(field);

    private static uint? Number(JsonNode? node) => node is null ? null : (uint)Math.Clamp(KubernetesObject.Number(node), 0, uint.MaxValue);
}
