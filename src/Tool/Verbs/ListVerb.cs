using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints each kontrakt: name, folder, number of objects, number of tests and assertions; tabs between. Begins no run.</summary>
internal sealed class ListVerb() : Verb("list", "List the kontrakts below the directory, and check their manifests")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        var folders = KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory);
        if (folders.Count == 0)
            throw Ktr.NoKontrakt.Error(null, settings.Directory);
        var problems = new List<Diagnostic>();
        var read = new List<KontraktManifests>();
        foreach (var folder in KontraktSelection.Candidates(folders, settings))
        {
            try
            {
                read.Add(ManifestReader.Read(await KustomizeRenderer.RenderAsync(folder, Path.Combine(settings.RunsDirectory, Name), cancellationToken)));
            }
            catch (KontraktException failure)
            {
                problems.AddRange(failure.Diagnostics);
            }
        }
        if (read.Count > 0 || problems.Count == 0)
            foreach (var kontrakt in KontraktSelection.Choose(read, folders, settings))
                await context.Output.WriteLineAsync(Line(kontrakt));
        KontraktException.ThrowIfAny(problems);
        return true;
    }

    private static string Line(KontraktManifests kontrakt)
    {
        var tests = kontrakt.PodTemplates.Count(template => template.Label is not (KontraktLabel.None or KontraktLabel.Target)) + kontrakt.Assertions.Count;
        return string.Join('\t', kontrakt.Folder.Name, kontrakt.Folder.Directory, kontrakt.Objects.Count, tests);
    }
}
