using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Which of the existing kontrakts a run is about: KontraktFilter, then KontraktShard.</summary>
public static class KontraktSelection
{
    /// <summary>Whether an error is that there is no kontrakt, or none that the filter means.</summary>
    public static bool IsNone(KontraktException failure) => failure.Is(Ktr.FilterMatchesNothing, Ktr.NoKontrakt);

    /// <summary>Those that may be selected: all except those that are not, whatever is in them.</summary>
    /// <exception cref="KontraktException">KTR1060: none may be.</exception>
    public static IReadOnlyList<KontraktFolder> Candidates(IReadOnlyList<KontraktFolder> found, KontraktSettings settings)
    {
        if (settings.Filter is not { } filter)
            return Shard(found, folder => folder.Name, settings);
        var names = Names(found);
        var candidates = found.Where(folder => filter.Matches(new(folder.Name), names) != false).ToList();
        return candidates.Count == 0 ? throw Nothing(filter, found) : candidates;
    }

    /// <summary>Those that are selected, of those that were read.</summary>
    /// <param name="found">All that exist, for the error.</param>
    /// <exception cref="KontraktException">KTR1060: the filter matches none; or annotations of a test that it may select cannot be read. A shard without any is not an error: there are fewer kontrakts than shards.</exception>
    public static IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> read, IReadOnlyList<KontraktFolder> found, KontraktSettings settings)
    {
        if (settings.Filter is not { } filter)
            return read;
        var names = Names(found);
        var chosen = read.Where(kontrakt => IsMeant(kontrakt, filter, names)).ToList();
        return chosen.Count == 0 ? throw Nothing(filter, found) : Shard(chosen, kontrakt => kontrakt.Folder.Name, settings);
    }

    private static bool IsMeant(KontraktManifests kontrakt, KontraktFilter filter, IReadOnlyCollection<string> kontrakts)
    {
        var subject = new FilterSubject(kontrakt.Folder.Name) { Labels = Labels(kontrakt) };
        return filter.Matches(subject, kontrakts)
            ?? filter.Matches(subject with { Tests = [.. TestEntry.Of(kontrakt).Skip(1).Select(entry => entry.FullName)] }, kontrakts) == true;
    }

    private static List<string> Names(IReadOnlyList<KontraktFolder> folders) => [.. folders.Select(folder => folder.Name)];

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
