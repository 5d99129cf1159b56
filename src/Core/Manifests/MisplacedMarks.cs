namespace Kontrakt.Manifests;

/// <summary>Labels and annotations for Kontrakt that nothing would read: in the wrong place, or with a name that is not quite right.</summary>
internal static class MisplacedMarks
{
    /// <summary>What to write instead; null where it is nobody's, right, or wrong in another way that others report.</summary>
    /// <param name="label">Whether it is among the labels; else among the annotations.</param>
    public static string? Instead(bool label, string key, string value)
    {
        if (!label && KontraktLabels.IsOlderTest(key, value))
            return Label("test");
        var (prefix, name) = key.Split('/', 2) is [var before, var after] ? (before, after.ToLowerInvariant()) : (key, null);
        var own = prefix + "/" == KontraktAnnotations.Prefix;
        if (!own && !KontraktLabels.IsLikeName(prefix.Split('.')[0]))
            return null;
        if (name is null)
            return label || prefix.Contains('.', StringComparison.Ordinal) ? null : KontraktLabels.IsRole(value) ? Label(value) : own ? Label("test") : null;
        if (KontraktLabels.IsRole(name))
            return Label(name);
        return (label || !own) && KontraktAnnotations.Known.Contains(KontraktAnnotations.Prefix + name) ? $"the annotation {KontraktAnnotations.Prefix}{name}" : null;
    }

    private static string Label(string role) => $"the label kontrakt: {role}";
}
