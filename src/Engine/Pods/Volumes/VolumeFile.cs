namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A file that a volume shows.</summary>
/// <param name="Path">Relative to the volume, never leading out of it.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode)
{
    public bool IsSame(VolumeFile other) => Path == other.Path && Mode == other.Mode && Content.AsSpan().SequenceEqual(other.Content);

    /// <summary>The parts of a path; null where it is no path within a volume.</summary>
    public static string[]? Parts(string path)
    {
        var parts = path.Split('/');
        return path.Length == 0 || parts.Any(part => part is "" or "." or "..") || parts[0].StartsWith("..", StringComparison.Ordinal) || path.Contains('\0') ? null : parts;
    }
}
