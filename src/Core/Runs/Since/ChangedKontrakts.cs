using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>KontraktSince: the kontrakts of which an input has changed since a git ref. In doubt one has.</summary>
public sealed class ChangedKontrakts
{
    private readonly GitChanges _changes;
    private readonly KontraktInputs _inputs;

    private ChangedKontrakts(GitChanges changes, KontraktInputs inputs) => (_changes, _inputs) = (changes, inputs);

    /// <summary>Those of the kontrakts that have changed; all of them where KontraktSince is not set. None is not an error: then there is nothing to do.</summary>
    /// <param name="read">As they were selected by filter and shard.</param>
    /// <param name="items">KontraktImage items.</param>
    /// <exception cref="KontraktException">KTR1160 to KTR1162: git cannot say; an image use that cannot be understood.</exception>
    public static IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> read, KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log)
    {
        if (settings.Since is not { } since)
            return read;
        var changes = GitChanges.Since(settings.Directory, since, OwnFiles.Of(settings));
        var changed = new ChangedKontrakts(changes, new(settings, items, read, changes.Root));
        var chosen = changed._inputs.WithBuilders((from kontrakt in read let why = changed.Why(kontrakt) where why is not null select (Kontrakt: kontrakt, Why: why)).ToList());
        var names = chosen.Count == 0 ? "nothing to do" : string.Join(", ", chosen.Select(each => each.Kontrakt.Folder.Name));
        log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture,
            $"{chosen.Count} of {read.Count} kontrakts have changed since '{since}' ({changed._changes.Base[..12]}): {names}")));
        foreach (var (kontrakt, why) in chosen.Where(each => each.Why.Length > 0))
            log.Report(new RunEvent.Progress($"{kontrakt.Folder.Name} counts as changed: {why}"));
        return [.. chosen.Select(each => each.Kontrakt)];
    }

    /// <summary>Null: it has not changed. Empty: git says that it has. A text: nobody knows, for this reason.</summary>
    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    private string? Why(KontraktManifests kontrakt)
    {
        var inputs = _inputs.Of(kontrakt);
        var paths = WithLinks(inputs.Paths);
        return paths.Any(HasChanged) ? ""
            : inputs.Elsewhere is { } elsewhere ? elsewhere
            : paths.Find(path => !IsIn(_changes.Root, path)) is { } outside ? $"{outside} is not in the repository"
            : _changes.Paths.Count > 0 ? inputs.Anything : null;
    }

    private bool HasChanged(string input) => _changes.Paths.Any(changed => IsIn(input, changed) || IsIn(changed, input));

    /// <summary>Inputs without links on the way, the links themselves, where they are in the repository, and what links in them lead to.</summary>
    private List<string> WithLinks(IEnumerable<string> inputs)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(inputs);
        while (pending.TryDequeue(out var input))
        {
            var steps = RealPath.Trace(input);
            foreach (var step in steps.Where((step, index) => index == steps.Count - 1 || IsIn(_changes.Root, step)).Where(found.Add))
                foreach (var link in _changes.Links.Where(link => IsIn(step, link)))
                    pending.Enqueue(link);
        }
        return [.. found];
    }

    private static bool IsIn(string folder, string path) => StateFolder.Holds(folder, path);
}
