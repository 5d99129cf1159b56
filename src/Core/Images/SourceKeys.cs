namespace Kontrakt.Images;

/// <summary>Which of several builds a use means.</summary>
internal static class SourceKeys
{
    /// <summary>
    /// The key of the source itself; else, where a Dockerfile is named and nothing is said of how to build it, that of its only build: an item may say
    /// so in place of the YAML. Null where there is none.
    /// </summary>
    public static string? Find(ImageSource source, IReadOnlyCollection<string> keys)
    {
        if (keys.Contains(source.Key))
            return source.Key;
        if (source is not ImageSource.Dockerfile { Target: null, Platform: null } dockerfile)
            return null;
        return keys.Where(key => key.StartsWith(dockerfile.File + "?", StringComparison.Ordinal)).ToList() is [var only] ? only : null;
    }
}
