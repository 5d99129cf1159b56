namespace Kontrakt.Context.Scanning;

/// <summary>Where symbolic links lead.</summary>
internal static class LinkTargets
{
    private const int LinkLimit = 40;

    /// <summary>Whether a link leads out of a folder, by itself or through other links on its way. An absolute target does: it means another place elsewhere.</summary>
    /// <param name="boundary">That folder, a full path.</param>
    /// <param name="folder">The link's folder, relative to the boundary.</param>
    public static bool Leaves(string boundary, string folder, string target)
    {
        if (Path.IsPathRooted(target))
            return true;
        var at = new List<string>(Names(folder));
        var ahead = new Stack<string>(Names(target).Reverse());
        for (var links = 0; ahead.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (at.Count == 0)
                    return true;
                at.RemoveAt(at.Count - 1);
                continue;
            }
            at.Add(name);
            // The last one is a link of its own, with its own answer.
            if (ahead.Count == 0 || new FileInfo(Path.Combine([boundary, .. at])).LinkTarget is not { } further)
                continue;
            if (Path.IsPathRooted(further))
                return true;
            // In a circle: it leads nowhere, and so not outside.
            if (++links > LinkLimit)
                return false;
            at.RemoveAt(at.Count - 1);
            foreach (var part in Names(further).Reverse())
                ahead.Push(part);
        }
        return false;
    }

    private static IEnumerable<string> Names(string path) => path.Split('/', Path.DirectorySeparatorChar).Where(name => name is not ("" or "."));
}
