using System.Text.Json;

namespace Kontrakt.Extractor;

/// <summary>What the manifest says of a context beyond what is in the image's file system.</summary>
/// <param name="Paths">All of them.</param>
/// <param name="Modes">Null for an image whose manifest has none: the file system's are taken.</param>
/// <param name="HardLinks">The first name of a file, by further names.</param>
public sealed record ContextDetails(IReadOnlySet<string> Paths, IReadOnlyDictionary<string, UnixFileMode>? Modes, IReadOnlyDictionary<string, string> HardLinks)
{
    private const UnixFileMode UsualFile = (UnixFileMode)0x1A4, UsualFolder = (UnixFileMode)0x1ED;

    /// <exception cref="JsonException">It is not a manifest.</exception>
    public static ContextDetails Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = json.RootElement;
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var modes = new Dictionary<string, UnixFileMode>(StringComparer.Ordinal);
        var hardLinks = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("files", out var files))
        {
            foreach (var each in files.EnumerateObject().Where(each => each.Name != "."))
            {
                paths.Add(each.Name);
                modes.Add(each.Name, each.Value.GetString() is { Length: > 0 } ? UsualFile : UsualFolder);
            }
        }
        if (!root.TryGetProperty("details", out var details))
            return new(paths, null, hardLinks);
        foreach (var each in details.EnumerateObject())
        {
            if (each.Value.TryGetProperty("mode", out var mode))
                modes[each.Name] = (UnixFileMode)Convert.ToInt32(mode.GetString(), 8);
            if (each.Value.TryGetProperty("hardLink", out var first) && first.GetString() is { } name)
                hardLinks.Add(each.Name, name);
        }
        return new(paths, modes, hardLinks);
    }
}
