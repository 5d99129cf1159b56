using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>What one container sees of its pod's volumes.</summary>
internal static class ContainerMounts
{
    /// <param name="variables">The container's, for subPathExpr.</param>
    /// <exception cref="ContainerConfigException">A mount has no volume, or its subPath leads out of it.</exception>
    public static IEnumerable<ContainerMount> Of(ContainerDefinition container, PodVolumes volumes, IReadOnlyDictionary<string, string> variables) =>
        // Those further up first, so that none hides another.
        container.Items("volumeMounts").OrderBy(mount => Target(mount).Count(letter => letter == '/')).Select((mount, index) => Of(container, mount, index, volumes, variables));

    private static ContainerMount Of(ContainerDefinition container, JsonObject mount, int index, PodVolumes volumes, IReadOnlyDictionary<string, string> variables)
    {
        var name = mount["name"]?.ToString() ?? "";
        var folder = volumes.Find(name) ?? throw new ContainerConfigException($"volumeMounts: no volume \"{name}\"");
        var isReadOnly = volumes.IsReadOnly(name) || mount["readOnly"]?.ToString() == "true";
        var subPath = mount["subPath"]?.ToString() ?? "";
        if (mount["subPathExpr"]?.ToString() is { Length: > 0 } expression)
            subPath = VariableExpansion.Expand(expression, variables);
        if (subPath.Length == 0)
            return new(folder, Target(mount), isReadOnly);
        var source = subPath.StartsWith('/') || subPath.Contains('\0') || subPath.Split('/').Contains("..") ? null : ContainedPath.Resolve(folder, subPath);
        if (source is null)
            throw new ContainerConfigException($"failed to prepare subPath for volumeMount \"{name}\" of container \"{container.Name}\": {subPath} leads out of the volume (volumeMounts[{index}])");
        if (!Path.Exists(source))
            SubPathFolder.Make(folder, Path.GetRelativePath(folder, source));
        return new(source, Target(mount), isReadOnly);
    }

    private static string Target(JsonObject mount) => mount["mountPath"]?.ToString() is { Length: > 0 } path ? path.StartsWith('/') ? path : "/" + path : "/";
}
