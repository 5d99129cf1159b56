using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Manifests;

/// <summary>Finds the scalars that name images: the value of every key "image" at any depth, and what begins with one of the <see cref="ImageSchemes"/> anywhere.</summary>
internal static class ImageUses
{
    /// <summary>Each scalar once, however many aliases lead to it, in the order of the text.</summary>
    /// <param name="shown">The path that diagnostics name.</param>
    /// <param name="directory">What relative image paths are relative to.</param>
    /// <param name="ofContainers">The nodes that are images of pods' containers.</param>
    public static IReadOnlyList<ImageUse> Collect(string shown, string directory, IEnumerable<YamlNode> nodes, IReadOnlySet<YamlNode> ofContainers, SourceReader sources)
    {
        var found = new HashSet<YamlScalar>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in nodes)
            Visit(node, isImage: false, found, seen);
        return [.. found.OrderBy(scalar => scalar.Start.Offset)
            .Select(scalar => new ImageUse(scalar.Value.Trim(), scalar, scalar.In(shown), sources) { Directory = directory, IsOfContainer = ofContainers.Contains(scalar) })];
    }

    /// <summary>What relative image paths in a file are relative to: its folder; for what a kustomization rendered to, the kustomization's.</summary>
    public static string DirectoryOf(KontraktFolder folder, string file) =>
        folder.RenderedFrom is not null && ManifestRoles.Of(file) == ManifestRole.Object ? folder.Directory : Path.GetDirectoryName(file) ?? folder.Directory;

    /// <summary>Sources where they have no effect: a key is not a place where anything is replaced.</summary>
    public static IEnumerable<Diagnostic> Keys(string shown, IEnumerable<YamlNode> nodes)
    {
        var (found, seen) = (new HashSet<YamlScalar>(ReferenceEqualityComparer.Instance), new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));
        foreach (var node in nodes)
            Visit(node, isImage: false, found, seen, keys: true);
        return found.OrderBy(key => key.Start.Offset).Select(key => Ktr.ImageSourceInKey.At(key.In(shown), key.Value));
    }

    /// <summary>The nodes that are images of pods' containers.</summary>
    public static IReadOnlySet<YamlNode> OfContainers(IReadOnlyList<PodTemplate> templates) => templates
        .SelectMany(template => template.Containers, (template, container) => template.Manifest.Node.At([.. container.Path, "image"])).OfType<YamlNode>()
        .ToHashSet<YamlNode>(ReferenceEqualityComparer.Instance);

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
                    if (keys && ImageSchemes.Of(entry.Key.Value) is not null)
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

    private static bool IsImage(YamlScalar scalar, bool isImage) => isImage ? !string.IsNullOrWhiteSpace(scalar.Value) : ImageSchemes.Of(scalar.Value) is not null;
}
