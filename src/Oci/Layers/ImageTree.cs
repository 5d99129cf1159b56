namespace Kontrakt.Oci.Layers;

internal enum TreeKind { File, Folder, Link, Special }

/// <summary>A path of an image.</summary>
/// <param name="Layer">The index of the layer that has its content.</param>
/// <param name="Stored">Its path there: that of another for a hard link.</param>
/// <param name="Target">Of a symbolic link.</param>
internal sealed record TreeNode(TreeKind Kind, int Layer, string Stored, long Size, int Mode, string? Target);

/// <summary>What a container of an image sees: its layers put on each other (image-spec, layer.md), without their contents.</summary>
internal sealed class ImageTree
{
    private const int LinkLimit = 40;
    private readonly Dictionary<string, TreeNode> _nodes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Puts a layer on those below it.</summary>
    /// <param name="removed">Paths that whiteouts name.</param>
    /// <param name="emptied">Folders of which only this layer's content is seen.</param>
    public void Add(IReadOnlyDictionary<string, TreeNode> added, IEnumerable<string> removed, IEnumerable<string> emptied)
    {
        foreach (var folder in emptied)
            RemoveBelow(Place(folder));
        foreach (var path in removed)
            Remove(Place(path));
        foreach (var (path, node) in added.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var place = Place(path);
            if (node.Kind != TreeKind.Folder)
                RemoveBelow(place);
            _nodes[place] = node;
            _paths.Add(place);
        }
    }

    public TreeNode? Find(string path) => _nodes.GetValueOrDefault(path);

    /// <summary>All paths below a folder, folders before what is in them.</summary>
    public IReadOnlyList<string> Below(string folder) => [.. folder.Length == 0 ? _paths : _paths.GetViewBetween(folder + "/", folder + "0").Where(path => path != folder + "0")];

    /// <summary>The path that one leads to, every link followed as a container would; null where it leads nowhere.</summary>
    public string? Resolve(string path) => Walk(path, followLast: true) is { } end && (end.Length == 0 || _nodes.ContainsKey(end) || Below(end).Count > 0) ? end : null;

    /// <summary>Whether a path, as <see cref="Resolve"/> gives it, is a folder; some layers have no entries for folders.</summary>
    public bool IsFolder(string path) => Find(path) is { } node ? node.Kind == TreeKind.Folder : path.Length == 0 || Below(path).Count > 0;

    /// <summary>Where a symbolic link leads to, as a path to be resolved.</summary>
    public static string TargetOf(string link, string target) => target.StartsWith('/') ? target : $"{Parent(link)}/{target}";

    /// <summary>Where something in a layer goes: the folders that lead to it may be links of the layers below.</summary>
    private string Place(string path) => Walk(path, followLast: false) ?? path;

    /// <summary>Links are followed inside of the image: '..' at its root is the root.</summary>
    private string? Walk(string path, bool followLast)
    {
        var at = new List<string>();
        var ahead = new Stack<string>(Names(path).Reverse());
        for (var links = 0; ahead.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (at.Count > 0)
                    at.RemoveAt(at.Count - 1);
                continue;
            }
            at.Add(name);
            if ((!followLast && ahead.Count == 0) || Find(string.Join('/', at)) is not { Kind: TreeKind.Link, Target: { } target })
                continue;
            if (++links > LinkLimit)
                return null;
            if (target.StartsWith('/'))
                at.Clear();
            else
                at.RemoveAt(at.Count - 1);
            foreach (var part in Names(target).Reverse())
                ahead.Push(part);
        }
        return string.Join('/', at);
    }

    private void Remove(string path)
    {
        RemoveBelow(path);
        _nodes.Remove(path);
        _paths.Remove(path);
    }

    private void RemoveBelow(string path)
    {
        foreach (var below in Below(path))
        {
            _nodes.Remove(below);
            _paths.Remove(below);
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name is not ("" or "."));
}
