using System.Collections.Concurrent;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Runs;

/// <summary>The manifests of a run, as they were written and as they are resolved. A process reads each once, whichever of its steps needs it first.</summary>
internal sealed class RunManifests
{
    private readonly ConcurrentDictionary<string, KontraktManifests> _sources = new(), _resolved = new();

    public void Keep(KontraktManifests source) => _sources[source.Folder.Name] = source;

    public void KeepResolved(KontraktManifests resolved) => _resolved[resolved.Folder.Name] = resolved;

    /// <summary>As discover read them.</summary>
    public KontraktManifests Source(RunRecord run, RunKontrakt kontrakt) => _sources.GetOrAdd(kontrakt.Name,
        _ => ManifestReader.Read(Folder(kontrakt, kontrakt.Files.Select(file => file.Source)), new SourceReader(run.Directory)));

    /// <summary>As resolve left them, shown in diagnostics as their sources.</summary>
    public KontraktManifests Resolved(RunRecord run, RunKontrakt kontrakt) => _resolved.GetOrAdd(kontrakt.Name, _ =>
    {
        var sources = kontrakt.Files.ToDictionary(file => file.Resolved ?? file.Source, file => file.Source);
        return ManifestReader.Read(Folder(kontrakt, sources.Keys), new SourceReader(run.Directory), file => sources[file]);
    });

    private static KontraktFolder Folder(RunKontrakt kontrakt, IEnumerable<string> files) => new(kontrakt.Name, kontrakt.Directory, [.. files], kontrakt.Kustomization);
}
