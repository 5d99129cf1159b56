using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>What an object comes after, by its annotation kontrakt/after.</summary>
/// <param name="Names">The objects that it comes after; null: everything that comes after nothing.</param>
public sealed record After(Manifest Manifest, IReadOnlyList<Manifest>? Names, SourceLocation Place);

/// <summary>The order inside of a kontrakt: which of its objects start only when others are ready or have passed.</summary>
public static class Sequence
{
    private const string Everything = "ready";

    /// <summary>The objects that come after others.</summary>
    /// <param name="problems">Takes names of nothing or of what nothing waits for, and circles, at their place; null where they have been looked for before.</param>
    public static IReadOnlyList<After> Of(IReadOnlyList<Manifest> manifests, ICollection<Diagnostic>? problems = null)
    {
        var objects = manifests.Where(manifest => manifest.Role == ManifestRole.Object).ToList();
        var afters = objects.Select(manifest => Find(manifest, objects, problems)).OfType<After>().ToList();
        if (problems is not null)
            NoteCircles(afters, problems);
        return afters;
    }

    private static After? Find(Manifest manifest, List<Manifest> objects, ICollection<Diagnostic>? problems)
    {
        if (Annotation(manifest) is not { Value: var text } scalar)
            return null;
        var place = scalar.In(manifest.File);
        if (text.Trim() == Everything)
            return new(manifest, null, place);
        var found = new List<Manifest>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var meant = objects.Where(each => each.Title.Equals(name, StringComparison.OrdinalIgnoreCase) || each.Object.Name == name).ToList();
            if (meant.Count == 0)
                problems?.Add(Ktr.AfterUnknown.At(place, manifest.Title, name, string.Join(", ", objects.Where(each => each != manifest).Select(each => each.Title))));
            foreach (var unwaited in meant.Where(each => each.Object.Annotations.TryGetValue(KontraktAnnotations.Wait, out var wait) && wait == "false"))
                problems?.Add(Ktr.AfterUnwaited.At(place, manifest.Title, name, unwaited.Title));
            found.AddRange(meant);
        }
        return new(manifest, [.. found.Distinct<Manifest>(ReferenceEqualityComparer.Instance)], place);
    }

    /// <summary>Of the pod template, or of the object that holds it.</summary>
    private static YamlScalar? Annotation(Manifest manifest)
    {
        var template = PodTemplatePaths.Find(manifest) is { } path ? manifest.Node.At([.. path, "metadata", "annotations", KontraktAnnotations.After]) : null;
        return (template ?? manifest.Node.At("metadata", "annotations", KontraktAnnotations.After)) as YamlScalar;
    }

    /// <summary>Each circle once, at the first of its objects.</summary>
    private static void NoteCircles(List<After> afters, ICollection<Diagnostic> problems)
    {
        var byManifest = afters.ToDictionary<After, Manifest>(each => each.Manifest, ReferenceEqualityComparer.Instance);
        var clear = new HashSet<Manifest>(ReferenceEqualityComparer.Instance);
        foreach (var after in afters)
            Walk(after.Manifest, []);

        void Walk(Manifest manifest, List<Manifest> way)
        {
            var begin = way.FindIndex(each => ReferenceEquals(each, manifest));
            if (begin >= 0)
                problems.Add(Ktr.AfterCircle.At(byManifest[manifest].Place, string.Join(" after ", way.Skip(begin).Append(manifest).Select(each => each.Title))));
            if (begin >= 0 || !clear.Add(manifest) || !byManifest.TryGetValue(manifest, out var after))
                return;
            // "ready" means what comes after nothing, and so leads back to nobody.
            foreach (var next in after.Names ?? [])
                Walk(next, [.. way, manifest]);
        }
    }
}
