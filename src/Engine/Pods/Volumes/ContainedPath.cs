using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>
/// subPath: a path within a volume, whose content a container may have written. Links are followed one by one, and one that leads out, or is
/// absolute, is refused. What is answered holds no links.
/// </summary>
internal static class ContainedPath
{
    private const int MostLinks = 40;
    /// <summary>PATH_MAX: what realpath writes at most.</summary>
    private const int LongestPath = 4096;

    /// <summary>A folder's path without any link in it.</summary>
    public static unsafe string Real(string folder)
    {
        var buffer = stackalloc byte[LongestPath];
        return VolumeCalls.realpath(folder, buffer) is not null
            ? Marshal.PtrToStringUTF8((nint)buffer) ?? folder
            : throw new IOException($"cannot resolve {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <returns>null where the path leads out of the root.</returns>
    public static string? Resolve(string root, string path)
    {
        var parts = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = new List<string>();
        for (var links = 0; parts.TryPop(out var part);)
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                if (resolved.Count == 0)
                    return null;
                resolved.RemoveAt(resolved.Count - 1);
                continue;
            }
            if (new FileInfo(Path.Combine([root, .. resolved, part])).LinkTarget is not { } target)
            {
                resolved.Add(part);
                continue;
            }
            if (target.StartsWith('/') || ++links > MostLinks)
                return null;
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                parts.Push(step);
        }
        return Path.Combine([root, .. resolved]);
    }
}
