namespace Kontrakt.Diagnostics;

/// <summary>Paths with every link on the way followed.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows; a path with more leads nowhere.</summary>
    private const int MostLinks = 40;

    /// <param name="path">A full path; its end need not exist.</param>
    public static string Of(string path) => Trace(path)[^1];

    /// <summary>Each link on the way, without links before it, and at the end what the path leads to.</summary>
    /// <param name="path">A full path; its end need not exist.</param>
    public static IReadOnlyList<string> Trace(string path)
    {
        var links = new List<string>();
        var real = Path.GetPathRoot(path) ?? "";
        var parts = new Stack<string>();
        Push(path);
        while (parts.TryPop(out var part))
        {
            var next = Path.GetFullPath(part, real);
            if (part == ".." || links.Count == MostLinks || new DirectoryInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            links.Add(next);
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target) ?? "";
            Push(target);
        }
        return [.. links, real];

        void Push(string text)
        {
            foreach (var part in text[(Path.GetPathRoot(text) ?? "").Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
                if (part != ".")
                    parts.Push(part);
        }
    }
}
