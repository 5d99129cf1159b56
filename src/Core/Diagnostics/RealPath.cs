namespace Kontrakt.Diagnostics;

/// <summary>Paths with every link on the way followed.</summary>
internal static class RealPath
{
    /// <param name="path">A full path; its end need not exist.</param>
    public static string Of(string path)
    {
        var real = Path.GetPathRoot(path) ?? "";
        foreach (var part in Path.GetRelativePath(real, path).Split(Path.DirectorySeparatorChar).Where(part => part != "."))
        {
            var next = new DirectoryInfo(Path.Combine(real, part));
            real = next.LinkTarget is null ? next.FullName : next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }
        return real;
    }
}
