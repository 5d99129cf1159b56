using System.Globalization;

namespace Kontrakt.Context;

/// <summary>What an image of the tag holds now.</summary>
/// <param name="Manifest">Its newest.</param>
/// <param name="ChainLength">Layers above the base's, the manifest's own as well.</param>
/// <param name="IsOnBase">Whether it has the base that it would have now.</param>
/// <param name="BaseLayers">Layers of that base.</param>
internal sealed record ContextThere(ContextManifest Manifest, int ChainLength, bool IsOnBase, int BaseLayers);

/// <summary>What a context needs: nothing, a layer with what changed, or an image of its own. Pure: no file is read, no registry asked.</summary>
internal abstract record ContextPlan
{
    /// <summary>What overlay file systems take of the layers of one image, with some to spare for the container's own.</summary>
    private const int MostLayers = 125;

    /// <summary>The image is as it should be.</summary>
    public sealed record Nothing : ContextPlan;

    /// <param name="Entries">New and changed ones, and the folders that lead to them, each with its mode.</param>
    /// <param name="Removed">The topmost of what is gone.</param>
    /// <param name="Changed">How many entries of <paramref name="Entries"/> are not merely on the way to others.</param>
    public sealed record Delta(IReadOnlyList<ContextEntry> Entries, IReadOnlyList<string> Removed, int Changed, ContextManifest Manifest) : ContextPlan;

    /// <param name="Reason">Why the image there is not built upon; for a sentence.</param>
    public sealed record Fresh(string Reason, ContextManifest Manifest) : ContextPlan;

    /// <param name="there">Null with <paramref name="absence"/>, which says why there is none.</param>
    /// <param name="maxLayers">The longest chain.</param>
    public static ContextPlan For(ContextManifest now, ContextThere? there, string absence, int maxLayers, bool squash)
    {
        Fresh Anew(string reason) => new(reason, now with { Stored = now.Live });
        if (there is null)
            return Anew(absence);
        if (!there.IsOnBase)
            return Anew("the base image has changed");
        if (squash)
            return Anew("a squashed image was asked for");
        var (delta, removed) = Compare(now, there.Manifest);
        if (delta.Count == 0 && removed.Count == 0)
            return new Nothing();
        var most = Math.Min(maxLayers, MostLayers - there.BaseLayers);
        if (there.ChainLength + 1 > most)
            return Anew(string.Create(CultureInfo.InvariantCulture, $"the image would have {there.ChainLength + 1} layers above its base, and {most} are allowed"));
        var stored = (there.Manifest.Stored ?? there.Manifest.Live) + delta.Sum(ContextManifest.StoredBytes);
        if (stored - now.Live > now.Live)
            return Anew(string.Create(CultureInfo.InvariantCulture, $"its layers would hold {stored - now.Live} bytes of files that are gone, and {now.Live} of files that exist"));
        return new Delta(WithFolders(delta, removed, now), removed, delta.Count, now with { Stored = stored });
    }

    private static (List<ContextEntry> Changed, List<string> Removed) Compare(ContextManifest now, ContextManifest there)
    {
        var changed = now.Entries.Values.Where(entry => !entry.IsIn(there.Entries.GetValueOrDefault(entry.Path))).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        // Names of one file are of one layer, or they would be two files.
        var groups = changed.Values.OfType<ContextEntry.File>().Select(file => file.HardLinkTo ?? file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var file in now.Entries.Values.OfType<ContextEntry.File>().Where(file => groups.Contains(file.HardLinkTo ?? file.Path)))
            changed[file.Path] = file;
        var removed = there.Entries.Keys.Where(path => !now.Entries.ContainsKey(path) && IsTop(path, now, there)).Order(StringComparer.Ordinal).ToList();
        return ([.. changed.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal)], removed);
    }

    /// <summary>Whether the folder above is still one: else what became of it hides the path as well.</summary>
    private static bool IsTop(string path, ContextManifest now, ContextManifest there) =>
        ContextEntry.FoldersAbove(path).FirstOrDefault() is not { } above
        || (now.Entries.GetValueOrDefault(above) is ContextEntry.Folder && there.Entries.GetValueOrDefault(above) is ContextEntry.Folder);

    private static List<ContextEntry> WithFolders(IReadOnlyList<ContextEntry> changed, IReadOnlyList<string> removed, ContextManifest now)
    {
        var all = changed.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        foreach (var folder in changed.Select(entry => entry.Path).Concat(removed).SelectMany(ContextEntry.FoldersAbove))
            all.TryAdd(folder, now.Entries[folder]);
        return [.. all.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal)];
    }
}
