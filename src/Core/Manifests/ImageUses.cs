using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>Finds the scalars that name images: the value of every key "image" at any depth, and what begins with dotnet://, dockerfile:// or template:// anywhere.</summary>
internal static class ImageUses
{
    /// <summary>Each scalar once, however many aliases lead to it, in the order of the text.</summary>
    /// <param name="shown">The path that diagnostics name.</param>
    /// <param name="directory">What relative image paths are relative to.</param>
    public static IReadOnlyList<ImageUse> Collect(string kontrakt, string shown, string directory, IEnumerable<YamlNode> nodes)
    {
        var found = new HashSet<YamlScalar>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in nodes)
            Visit(node, isImage: false, found, seen);
        return [.. found.OrderBy(scalar => scalar.Start.Offset)
            .Select(scalar => new ImageUse(kontrakt, scalar.Value.Trim(), scalar, Place(shown, scalar)) { Directory = directory })];
    }

    /// <summary>What relative image paths in a file are relative to: its folder; for what a kustomization rendered to, the kustomization's.</summary>
    public static string DirectoryOf(KontraktFolder folder, string file) =>
        folder.Kustomization is not null && ManifestRoles.Of(file) == ManifestRole.Object ? folder.Directory : Path.GetDirectoryName(file) ?? folder.Directory;

    /// <param name="seen">Collections that were visited: an alias leads to one again.</param>
    private static void Visit(YamlNode node, bool isImage, HashSet<YamlScalar> found, HashSet<YamlNode> seen)
    {
        switch (node)
        {
            case YamlScalar scalar when IsImage(scalar, isImage):
                found.Add(scalar);
                break;
            case YamlMapping mapping when seen.Add(mapping):
                foreach (var entry in mapping.Entries)
                    Visit(entry.Value, entry.Name == "image", found, seen);
                break;
            case YamlSequence sequence when seen.Add(sequence):
                foreach (var item in sequence.Items)
                    Visit(item, isImage: false, found, seen);
                break;
        }
    }

    private static bool IsImage(YamlScalar scalar, bool isImage) => isImage
        ? !string.IsNullOrWhiteSpace(scalar.Value)
        : scalar.Value.StartsWith("dotnet://", StringComparison.OrdinalIgnoreCase) || scalar.Value.StartsWith("dockerfile://", StringComparison.OrdinalIgnoreCase)
            || scalar.Value.StartsWith("template://", StringComparison.OrdinalIgnoreCase);

    private static SourceLocation Place(string file, YamlScalar scalar) => new(file, scalar.Start.Line, scalar.Start.Column, scalar.End.Line, scalar.End.Column);
}
