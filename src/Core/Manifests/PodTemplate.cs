using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Oci.Names;

namespace Kontrakt.Manifests;

/// <summary>The values of the pod label "kontrakt".</summary>
public enum KontraktLabel { None, Target, Test, Completion, Readiness }

/// <summary>A container of a pod: its name and image as written, and where in the manifest it is.</summary>
public sealed record PodContainer(string Name, string Image, bool IsInit, IReadOnlyList<object> Path)
{
    /// <summary>The image, where it is a reference.</summary>
    public ImageReference? Reference { get; } = ImageReference.TryParse(Image, out var reference, out _) ? reference : null;
}

/// <summary>A pod, or the pod template inside a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob.</summary>
/// <param name="Path">Where in the manifest the template's metadata and spec are; empty for a Pod.</param>
public sealed record PodTemplate(Manifest Manifest, IReadOnlyList<object> Path, KontraktLabel Label)
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>All containers, init containers first.</summary>
    public IReadOnlyList<PodContainer> Containers => field ??= [.. Lists.SelectMany(List)];

    /// <summary>The place of a container by name (init containers too); of the template where no container has that name.</summary>
    public SourceLocation LocateContainer(string name) => Manifest.Locate([.. Find(name)?.Path ?? Path]);

    /// <summary>The place of a container's image scalar; of the container where it has none.</summary>
    public SourceLocation LocateImage(string container) => Manifest.Locate([.. Find(container)?.Path is { } path ? [.. path, "image"] : Path]);

    /// <summary>The place of something below the template, such as "spec", "restartPolicy", or of the nearest above it.</summary>
    public SourceLocation Locate(params ReadOnlySpan<object> path) => Manifest.Locate([.. Path, .. path]);

    private PodContainer? Find(string name) => Containers.FirstOrDefault(container => container.Name == name);

    private IEnumerable<PodContainer> List(string list)
    {
        IReadOnlyList<object> path = [.. Path, "spec", list];
        if (Manifest.Node.At([.. path]) is not YamlSequence items)
            yield break;
        for (var index = 0; index < items.Items.Count; index++)
            yield return new(Text(items.Items[index].At("name")), Text(items.Items[index].At("image")), list == "initContainers", [.. path, index]);
    }

    private static string Text(YamlNode? node) => node is YamlScalar scalar ? scalar.Value : "";
}
