using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>Finds the scalars that name images: the value of every key "image" at any depth, and what begins with dotnet://, dockerfile:// or template:// anywhere.</summary>
internal static class ImageUses
{
    private static readonly string[] Schemes = ["dotnet://", "dockerfile://", "template://"];

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

    /// <summary>Sources where they have no effect: a key is not a place where anything is replaced.</summary>
    public static IEnumerable<Diagnostic> Keys(string shown, IEnumerable<YamlNode> nodes)
    {
        var (found, seen) = (new HashSet<YamlScalar>(ReferenceEqualityComparer.Instance), new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));
        foreach (var node in nodes)
            Visit(node, isImage: false, found, seen, keys: true);
        return found.OrderBy(key => key.Start.Offset).Select(key => Ktr.ImageSourceInKey.At(Place(shown, key), key.Value));
    }

    /// <summary>The same uses; those of containers say so.</summary>
    public static IReadOnlyList<ImageUse> OfContainers(IReadOnlyList<ImageUse> uses, IReadOnlyList<PodTemplate> templates)
    {
        var images = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        foreach (var template in templates)
            images.UnionWith(template.Containers.Select(container => template.Manifest.Node.At([.. container.Path, "image"])).OfType<YamlNode>());
        return [.. uses.Select(use => use with { IsOfContainer = images.Contains(use.Scalar) })];
    }

    /// <param name="seen">Collections that were visited: an alias leads to one again.</param>
    /// <param name="keys">Whether sources among the keys are looked for, in place of values.</param>
    private static void Visit(YamlNode node, bool isImage, HashSet<YamlScalar> found, HashSet<YamlNode> seen, bool keys = false)
    {
        switch (node)
        {
            case YamlScalar { Tag: not CelExpression.Tag } scalar when !keys && IsImage(scalar, isImage):
                found.Add(scalar);
                break;
            case YamlMapping mapping when seen.Add(mapping):
                foreach (var entry in mapping.Entries)
                {
                    if (keys && IsSource(entry.Key.Value))
                        found.Add(entry.Key);
                    Visit(entry.Value, entry.Name == "image", found, seen, keys);
                }
                break;
            case YamlSequence sequence when seen.Add(sequence):
                foreach (var item in sequence.Items)
                    Visit(item, isImage: false, found, seen, keys);
                break;
        }
    }

    private static bool IsImage(YamlScalar scalar, bool isImage) => isImage ? !string.IsNullOrWhiteSpace(scalar.Value) : IsSource(scalar.Value);

    private static bool IsSource(string text) => Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    private static SourceLocation Place(string file, YamlScalar scalar) => new(file, scalar.Start.Line, scalar.Start.Column, scalar.End.Line, scalar.End.Column);
}
