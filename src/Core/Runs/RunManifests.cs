using System.Collections.Concurrent;
using System.Globalization;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Runs;

/// <summary>
/// The manifests of a run, as they were written and as they are resolved. A process reads each once, whichever of its steps needs it first, and again only
/// where a file has changed since: by somebody who edits while images are built, or by a target between two steps.
/// </summary>
internal sealed class RunManifests
{
    private readonly ConcurrentDictionary<string, Read> _sources = new(), _resolved = new();

    public void Keep(KontraktManifests source) => _sources[source.Folder.Name] = new(source, Stamp(source.Folder.Files));

    public void KeepResolved(KontraktManifests resolved) => _resolved[resolved.Folder.Name] = new(resolved, Stamp(resolved.Files.Select(file => file.Path)));

    /// <summary>As discover read them.</summary>
    public KontraktManifests Source(RunRecord run, RunKontrakt kontrakt)
    {
        var found = Find(_sources, kontrakt.Name, [.. kontrakt.Files.Select(file => file.Source)], files => ManifestReader.Read(Folder(kontrakt, files), new SourceReader(run.Directory)));
        return found with { Prerequisites = Before(run, kontrakt, Source) };
    }

    /// <summary>As resolve left them, shown in diagnostics as their sources.</summary>
    public KontraktManifests Resolved(RunRecord run, RunKontrakt kontrakt)
    {
        var sources = kontrakt.Files.ToDictionary(file => file.Resolved ?? file.Source, file => file.Source);
        var found = Find(_resolved, kontrakt.Name, sources.Keys, files => ManifestReader.Read(Folder(kontrakt, files), new SourceReader(run.Directory), file => sources[file]));
        return found with { Prerequisites = Before(run, kontrakt, Resolved) };
    }

    private static IReadOnlyList<KontraktManifests> Before(RunRecord run, RunKontrakt kontrakt, Func<RunRecord, RunKontrakt, KontraktManifests> read) =>
        kontrakt.IsPrerequisite ? [] : [.. run.Prerequisites.Where(each => each.Of is null || each.Of == kontrakt.Name).Select(each => read(run, each))];

    private static KontraktManifests Find(ConcurrentDictionary<string, Read> known, string name, IReadOnlyCollection<string> files, Func<IEnumerable<string>, KontraktManifests> read)
    {
        var stamp = Stamp(files);
        return (known.TryGetValue(name, out var found) && found.Stamp == stamp ? found : known[name] = new(read(files), stamp)).Manifests;
    }

    private static string Stamp(IEnumerable<string> files) => string.Join('\n', files.Order(StringComparer.Ordinal).Select(file => new FileInfo(file))
        .Select(file => file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}") : file.FullName));

    private static KontraktFolder Folder(RunKontrakt kontrakt, IEnumerable<string> files) => new(kontrakt.Name, kontrakt.Directory, [.. files], kontrakt.RenderedFrom) { IsPrerequisite = kontrakt.IsPrerequisite, Of = kontrakt.Of };

    /// <param name="Stamp">What the files were then: lengths and times.</param>
    private sealed record Read(KontraktManifests Manifests, string Stamp);
}
