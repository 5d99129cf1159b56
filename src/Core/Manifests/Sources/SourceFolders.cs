namespace Kontrakt.Manifests.Sources;

/// <summary>The folders below one that may hold sources of images.</summary>
internal static class SourceFolders
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules"];

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The folder itself first; neither what builds make nor what is hidden.</summary>
    public static IEnumerable<string> Walk(string folder, int most = int.MaxValue)
    {
        var pending = new Stack<string>([Path.GetFullPath(folder)]);
        for (; most > 0 && pending.TryPop(out var current); most--)
        {
            yield return current;
            foreach (var child in Listed(() => Directory.GetDirectories(current, "*", Readable)))
            {
                var name = Path.GetFileName(child);
                if (!name.StartsWith('.') && !Skipped.Contains(name, StringComparer.OrdinalIgnoreCase))
                    pending.Push(child);
            }
        }
    }

    public static IEnumerable<string> Projects(string folder) => Listed(() => Directory.GetFiles(folder, "*proj", Readable)).Where(ProjectIndex.IsProject);

    /// <summary>A folder that vanishes or may not be read holds nothing that a build could use.</summary>
    private static string[] Listed(Func<string[]> list)
    {
        try
        {
            return list();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
