namespace Kontrakt.Diagnostics;

/// <summary>A folder where this program keeps what is its own, so that git and whoever else looks at sources leaves it alone.</summary>
internal static class StateFolder
{
    private const string IgnoreFile = ".gitignore";

    /// <summary>Makes it where it does not exist, with a .gitignore of its own.</summary>
    /// <param name="sources">A folder that holds these as well gets none: they would be ignored, too.</param>
    /// <exception cref="IOException">It cannot be written to; so with the other exceptions of <see cref="FileStream"/>.</exception>
    public static void Make(string folder, string sources)
    {
        Directory.CreateDirectory(folder);
        var ignore = Path.Combine(folder, IgnoreFile);
        if (!Holds(folder, sources) && !File.Exists(ignore))
            WholeFile.Write(ignore, "*\n");
    }

    /// <summary>Whether a path is the folder, or is in it.</summary>
    public static bool Holds(string folder, string path)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        return path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == Path.DirectorySeparatorChar);
    }
}
