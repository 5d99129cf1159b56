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

    /// <summary>The folders in which changes count, by full path without links; and whether those in folders below them do.</summary>
    public IReadOnlyDictionary<string, bool> Folders { get; private set; } = new Dictionary<string, bool>(StringComparer.Ordinal) { [RootOf(settings.Directory)] = true };

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
        // With the links on the way: one may be made to lead elsewhere.
        var paths = of.ToDictionary(each => each.Key, each => each.Value.Paths.SelectMany(RealPath.Trace).Distinct(StringComparer.Ordinal).ToList());
        Folders = Watched(paths.Values.SelectMany(each => each).Append(_root));
        var concerned = selected.Where(kontrakt => _all || !_ran.Contains(kontrakt.Folder.Name)
            || _changed.Any(changed => paths[kontrakt].Exists(path => StateFolder.Holds(path, changed) || StateFolder.Holds(changed, path)) || (of[kontrakt].Anything is not null && StateFolder.Holds(_root, changed))))
            .Select(kontrakt => (kontrakt, "")).ToList();
        return concerned.Count == 0 ? [] : [.. inputs.WithBuilders(concerned).Select(each => each.Kontrakt)];
    }

    /// <summary>A folder with all below it, a file by its folder; what is in another folder that is watched so needs none.</summary>
    private static Dictionary<string, bool> Watched(IEnumerable<string> paths)
    {
        var watched = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (folder, deep) in paths.Select(Nearest).Distinct().OrderBy(each => each.Folder.Length).ThenByDescending(each => each.Deep))
            if (!watched.Any(outer => outer.Value && StateFolder.Holds(outer.Key, folder)))
                watched[folder] = deep || watched.GetValueOrDefault(folder);
        return watched;
    }

    private static (string Folder, bool Deep) Nearest(string path)
    {
        if (Directory.Exists(path))
            return (path, true);
        var folder = path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        return (folder, false);
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
