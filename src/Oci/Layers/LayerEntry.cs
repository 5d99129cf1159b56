using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Layers;

/// <summary>
/// One entry of a layer. Owner is root unless said; times are the Unix epoch, so equal content gives equal bytes. Paths are the image's:
/// '/' between names, absolute or not is the same, '..' is refused.
/// </summary>
/// <param name="Mode">Permissions with set-id and sticky bits, as in chmod.</param>
public abstract record LayerEntry(string Path, int Mode)
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueName = ".wh..wh..opq";

    public int UserId { get; init; }
    public int GroupId { get; init; }

    public sealed record Folder(string Path, int Mode) : LayerEntry(Path, Mode);
    /// <summary>A file of this machine, streamed.</summary>
    public sealed record File(string Path, int Mode, string Source) : LayerEntry(Path, Mode)
    {
        /// <summary>What its bytes must be, where that is known: any others are a <see cref="SourceChangedException"/>.</summary>
        public Digest? Expected { get; init; }
    }
    public sealed record Content(string Path, int Mode, ReadOnlyMemory<byte> Bytes) : LayerEntry(Path, Mode);
    /// <param name="Target">Written as it is, relative to the link or absolute in the image.</param>
    public sealed record SymbolicLink(string Path, string Target) : LayerEntry(Path, 0x1FF);
    /// <summary>A second name of a file of the same layer, whose mode and owner it gets: container runtimes set them again by the link's.</summary>
    /// <param name="Target">The file's <see cref="LayerEntry.Path"/>.</param>
    public sealed record HardLink(string Path, string Target) : LayerEntry(Path, 0x1A4);

    /// <summary>Hides a file or folder of the layers below (image-spec, layer.md, "Whiteouts").</summary>
    public static LayerEntry Whiteout(string path)
    {
        var normal = LayerPath.Normalize(path);
        var slash = normal.LastIndexOf('/') + 1;
        return normal.Length == 0
            ? throw new ArgumentException("the root of an image cannot be hidden", nameof(path))
            : new Content(normal[..slash] + WhiteoutPrefix + normal[slash..], 0, ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Hides everything that the layers below have in a folder, but not the folder.</summary>
    public static LayerEntry OpaqueWhiteout(string folder) =>
        new Content($"{LayerPath.Normalize(folder)}/{OpaqueName}", 0, ReadOnlyMemory<byte>.Empty);
}

/// <summary>A file changed while it was read into a layer, or since it was looked at.</summary>
/// <param name="source">Where it is on this machine.</param>
public sealed class SourceChangedException(string source) : IOException($"'{source}' changed while it was read into a layer")
{
    public string File { get; } = source;
}

/// <summary>Paths inside an image.</summary>
public static class LayerPath
{
    /// <summary>Without leading, doubled or trailing '/', and without '.'; empty for the root.</summary>
    /// <exception cref="ArgumentException">The path leads out of the image, or no file system could hold it.</exception>
    public static string Normalize(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"the path '{path.Replace('\0', '?')}' holds a NUL character", nameof(path));
        var names = path.Split('/').Where(name => name is not ("" or ".")).ToArray();
        return names.Contains("..") ? throw new ArgumentException($"the path '{path}' holds '..', and could lead out of the image", nameof(path)) : string.Join('/', names);
    }
}
