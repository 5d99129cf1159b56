namespace Kontrakt.Git;

/// <summary>The folder of a git repository.</summary>
internal static class GitRoot
{
    /// <summary>The nearest folder upwards with a .git (a folder; in a worktree or submodule a file); the folder itself where there is none.</summary>
    public static string Of(string folder) => Find(folder) ?? folder;

    /// <summary>The same; null where there is none.</summary>
    public static string? Find(string folder)
    {
        for (var current = Path.GetFullPath(folder); current is not null; current = Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
                return current;
        }
        return null;
    }
}
