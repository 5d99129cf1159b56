using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Which of the kontrakts that are there a run is about: KontraktFilter, then KontraktShard.</summary>
public static class KontraktSelection
{
    /// <summary>Whether an error is that there is no kontrakt, or none that the filter means.</summary>
    public static bool IsNone(KontraktException failure) =>
        failure.Diagnostics is [{ Code: var code }] && (code == Ktr.FilterMatchesNothing.Code || code == Ktr.NoKontrakt.Code);

    /// <summary>Those that may be meant: all but those that are not, whatever their labels.</summary>
    /// <exception cref="KontraktException">KTR1060: none may be.</exception>
    public static IReadOnlyList<KontraktFolder> Candidates(IReadOnlyList<KontraktFolder> found, KontraktSettings settings)
    {
        if (settings.Filter is not { } filter)
            return Shard(found, folder => folder.Name, settings);
        var candidates = found.Where(folder => filter.Matches(folder.Name, null) != false).ToList();
        return candidates.Count == 0 ? throw Nothing(filter, found) : candidates;
    }

    /// <summary>Those that are meant, of those that were read.</summary>
    /// <param name="found">All that are there, for the error.</param>
    /// <exception cref="KontraktException">KTR1060: the filter matches none. A shard without any is none: there are fewer kontrakts than shards.</exception>
    public static IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> read, IReadOnlyList<KontraktFolder> found, KontraktSettings settings)
    {
        if (settings.Filter is not { } filter)
            return read;
        var chosen = read.Where(kontrakt => filter.Matches(kontrakt.Folder.Name, Labels(kontrakt)) == true).ToList();
        return chosen.Count == 0 ? throw Nothing(filter, found) : Shard(chosen, kontrakt => kontrakt.Folder.Name, settings);
    }

    private static IReadOnlyList<T> Shard<T>(IReadOnlyList<T> all, Func<T, string> name, KontraktSettings settings) =>
        settings.Shard is { } shard ? [.. all.Where(each => shard.Holds(name(each)))] : all;

    private static KontraktException Nothing(KontraktFilter filter, IReadOnlyList<KontraktFolder> found) =>
        Ktr.FilterMatchesNothing.Error(null, filter, string.Join(", ", found.Select(folder => folder.Name)));

    private static ILookup<string, string> Labels(KontraktManifests kontrakt) =>
        (from template in kontrakt.PodTemplates
         where template.Label is not (KontraktLabel.None or KontraktLabel.Target)
         from label in TestEntry.LabelsOf(template)
         select label).ToLookup(label => label.Key, label => label.Value, StringComparer.Ordinal);
}
