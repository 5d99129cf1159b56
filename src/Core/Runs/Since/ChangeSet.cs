using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Which kontrakts files concern that have changed since they ran: for a command that runs them again and again.</summary>
/// <param name="settings">Those of the runs.</param>
/// <param name="items">KontraktImage items.</param>
public sealed class ChangeSet(KontraktSettings settings, IReadOnlyList<ImageItem> items)
{
    private readonly string _root = RootOf(settings.Directory);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ran = new(StringComparer.Ordinal);
    private bool _all;

    /// <summary>The folders in which changes count, by full path without links; none is inside of another.</summary>
    public IReadOnlyCollection<string> Folders { get; private set; } = [RealPath.Of(settings.Directory)];

    /// <summary>The kontrakts that were found last, as far as they are selected.</summary>
    public IReadOnlyCollection<string> Existing { get; private set; } = [];

    /// <param name="path">A full path without links; null: anything may have changed.</param>
    public void Add(string? path)
    {
        _all |= path is null;
        if (path is not null)
            _changed.Add(path);
    }

    /// <summary>What has changed is on the cluster now.</summary>
    public void Clear(IEnumerable<string> ran)
    {
        _all = false;
        _changed.Clear();
        _ran.UnionWith(ran);
    }

    /// <summary>Those that a change concerns, that have not run yet, or that build an image of one of these; where none is, all.</summary>
    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    public IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> selected)
    {
        Existing = [.. selected.Select(kontrakt => kontrakt.Folder.Name)];
        var inputs = new KontraktInputs(settings, items, selected, _root);
        var of = selected.ToDictionary(kontrakt => kontrakt, inputs.Of);
        var paths = of.ToDictionary(each => each.Key, each => each.Value.Paths.Select(RealPath.Of).Distinct(StringComparer.Ordinal).ToList());
        Folders = Outermost([RealPath.Of(settings.Directory), .. paths.Values.SelectMany(each => each).Select(Nearest), .. of.Values.Any(each => each.Anything is not null) ? [_root] : Array.Empty<string>()]);
        var concerned = selected.Where(kontrakt => _all || !_ran.Contains(kontrakt.Folder.Name)
            || _changed.Any(changed => paths[kontrakt].Exists(path => StateFolder.Holds(path, changed) || StateFolder.Holds(changed, path)) || (of[kontrakt].Anything is not null && StateFolder.Holds(_root, changed))))
            .Select(kontrakt => (kontrakt, "")).ToList();
        return concerned.Count == 0 ? [] : [.. inputs.WithBuilders(concerned).Select(each => each.Kontrakt)];
    }

    /// <summary>The folder in which something is, or would be.</summary>
    private static string Nearest(string path)
    {
        var folder = path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        return folder;
    }

    private static List<string> Outermost(IEnumerable<string> folders)
    {
        var outermost = new List<string>();
        foreach (var folder in folders.Distinct(StringComparer.Ordinal).OrderBy(folder => folder.Length))
            if (!outermost.Exists(outer => StateFolder.Holds(outer, folder)))
                outermost.Add(folder);
        return outermost;
    }

    private static string RootOf(string directory)
    {
        try
        {
            return GitTree.Root(directory);
        }
        catch (GitException)
        {
            return RealPath.Of(directory); // No repository: what is outside of the folder counts where it is named.
        }
    }
}
