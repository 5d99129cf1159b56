using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Names;

namespace Kontrakt.Context;

/// <summary>Entries of a context as entries of an image's data layer.</summary>
internal static class ContextLayers
{
    private const string Root = "var/run/kontext";
    private const int FolderMode = 0x1ED, FileMode = 0x1A4;

    /// <param name="removed">Paths that get a whiteout.</param>
    public static IEnumerable<LayerEntry> Entries(IEnumerable<ContextEntry> entries, IEnumerable<string> removed, IReadOnlyDictionary<string, string> sources) =>
    [
        // There also where the context is empty.
        new LayerEntry.Folder(Root, FolderMode),
        .. entries.Select(entry => Of(entry, sources)),
        .. removed.Select(path => LayerEntry.Whiteout(InImage(path))),
    ];

    private static LayerEntry Of(ContextEntry entry, IReadOnlyDictionary<string, string> sources) => entry switch
    {
        ContextEntry.Folder folder => new LayerEntry.Folder(InImage(folder.Path), folder.Mode ?? FolderMode),
        ContextEntry.Link link => new LayerEntry.SymbolicLink(InImage(link.Path), link.Target),
        ContextEntry.File { HardLinkTo: { } first } file => new LayerEntry.HardLink(InImage(file.Path), InImage(first)),
        ContextEntry.File file => new LayerEntry.File(InImage(file.Path), file.Mode ?? FileMode, sources[file.Path]) { Expected = Digest.Parse("sha256:" + file.Sha256) },
        _ => throw new ArgumentException($"a layer cannot hold a {entry.GetType().Name}", nameof(entry)),
    };

    private static string InImage(string path) => $"{Root}/{path}";
}
