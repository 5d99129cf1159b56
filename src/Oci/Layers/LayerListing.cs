using System.Formats.Tar;

namespace Kontrakt.Oci.Layers;

/// <summary>What one layer says, before it is put on others.</summary>
internal sealed class LayerListing(int layer, ImageTree below)
{
    private const string WhiteoutPrefix = ".wh.", OpaqueName = ".wh..wh..opq";
    private readonly Dictionary<string, TreeNode> _added = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [], _emptied = [];

    public void Add(TarEntry entry)
    {
        var path = LayerPath.Normalize(entry.Name);
        var slash = path.LastIndexOf('/');
        var (folder, name) = (slash < 0 ? "" : path[..slash], path[(slash + 1)..]);
        if (name == OpaqueName)
            _emptied.Add(folder);
        else if (name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            _removed.Add(slash < 0 ? name[WhiteoutPrefix.Length..] : $"{folder}/{name[WhiteoutPrefix.Length..]}");
        else if (path.Length > 0 && Node(entry, path) is { } node)
            _added[path] = node;
    }

    /// <summary>Puts it on the layers below.</summary>
    public void Complete() => below.Add(_added, _removed, _emptied);

    private TreeNode? Node(TarEntry entry, string path) => entry.EntryType switch
    {
        TarEntryType.Directory => new(TreeKind.Folder, layer, path, 0, (int)entry.Mode, null),
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => new(TreeKind.File, layer, path, entry.Length, (int)entry.Mode, null),
        TarEntryType.SymbolicLink => new(TreeKind.Link, layer, path, 0, 0, entry.LinkName),
        TarEntryType.HardLink => Linked(LayerPath.Normalize(entry.LinkName)) ?? throw new FormatException($"its layer {layer + 1} has '{path}' as another name of '{entry.LinkName}', which does not exist"),
        TarEntryType.GlobalExtendedAttributes => null,
        _ => new(TreeKind.Special, layer, path, 0, 0, null),
    };

    private TreeNode? Linked(string path) => _added.GetValueOrDefault(path) ?? (below.Resolve(path) is { } end ? below.Find(end) : null);
}
