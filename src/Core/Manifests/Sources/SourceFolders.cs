namespace Kontrakt.Manifests.Sources;

/// <summary>The folders below one that may hold sources of images.</summary>
internal static class SourceFolders
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules"];

    // A folder that vanishes or may not be read holds nothing that this build could use.
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The folder itself first; neither what builds make nor what is hidden.</summary>
    public static IEnumerable<string> Walk(string folder, int most = int.MaxValue)
    {
        var pending = new Stack<string>([Path.GetFullPath(folder)]);
        for (; most > 0 && pending.TryPop(out var current); most--)
        {
            yield return current;
            foreach (var child in Directory.EnumerateDirectories(current, "*", Readable))
            {
                var name = Path.GetFileName(child);
                if (!name.StartsWith('.') && !Skipped.Contains(name, StringComparer.OrdinalIgnoreCase))
                    pending.Push(child);
            }
        }
    }

    public static IEnumerable<string> Projects(string folder) => Directory.EnumerateFiles(folder, "*proj", Readable).Where(ProjectIndex.IsProject);
}
