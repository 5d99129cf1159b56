using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Runs.Looking;

/// <summary>Names in the latest run, for shells that complete them: nothing is asked of its cluster.</summary>
public static class RunNames
{
    public static IReadOnlyList<string> OfKontrakts(KontraktSettings settings) => Read(settings, (_, kontrakt) => [kontrakt.Name]);

    /// <summary>What was applied: orders/pod/smoke.</summary>
    public static IReadOnlyList<string> OfObjects(KontraktSettings settings) =>
        Read(settings, (store, kontrakt) => store.Manifests.Resolved(store.Record, kontrakt).Objects.Select(manifest => $"{kontrakt.Name}/{manifest.Title}"));

    private static IReadOnlyList<string> Read(KontraktSettings settings, Func<RunStore, RunKontrakt, IEnumerable<string>> names)
    {
        try
        {
            return RunStore.Find(settings.RunsDirectory, null, RunStep.Apply) is { } store ? [.. store.Record.Kontrakts.SelectMany(kontrakt => names(store, kontrakt))] : [];
        }
        catch (KontraktException)
        {
            // A damaged record, or a file that is gone: the verb itself reports it.
            return [];
        }
    }
}
