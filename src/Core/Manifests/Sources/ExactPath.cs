namespace Kontrakt.Manifests.Sources;

/// <summary>Compares a written path with the names on disk, case included: what a file system that ignores case accepts would fail on the next machine.</summary>
internal static class ExactPath
{
    /// <summary>The name on disk that differs from the written one only in case; null where there is none, or the path leads nowhere.</summary>
    public static string? FindMismatch(string folder, string relativePath)
    {
        var current = folder;
        foreach (var part in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "." or "..")
            {
                current = Path.GetFullPath(Path.Combine(current, part));
                continue;
            }
            if (!Directory.Exists(current))
                return null;
            var alike = Directory.EnumerateFileSystemEntries(current).Select(Path.GetFileName).Where(name => string.Equals(name, part, StringComparison.OrdinalIgnoreCase)).ToList();
            if (!alike.Contains(part))
                return alike.FirstOrDefault();
            current = Path.Combine(current, part);
        }
        return null;
    }
}
