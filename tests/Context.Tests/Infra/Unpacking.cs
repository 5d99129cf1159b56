using System.Formats.Tar;
using System.IO.Compression;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context.Tests.Infra;

/// <summary>Images as a container runtime sees them, by the image specification's rules and with other code than what wrote them.</summary>
internal static class Unpacking
{
    /// <summary>The names in a layer, in their order.</summary>
    public static async Task<List<string>> NamesAsync(RegistryClient registry, ImageReference image, Descriptor layer)
    {
        var names = new List<string>();
        await EachAsync(registry, image, layer, entry => { names.Add(entry.Name); return Task.CompletedTask; });
        return names;
    }

    /// <summary>Unpacks all layers into a folder, one over the other.</summary>
    public static async Task<string> UnpackAsync(RegistryClient registry, ImageReference image, string folder)
    {
        var manifest = ImageManifest.Parse(await registry.GetManifestAsync(image, CancellationToken.None));
        Directory.CreateDirectory(folder);
        foreach (var layer in manifest.Layers)
        {
            // A whiteout is about the layers below its own.
            await EachAsync(registry, image, layer, entry => { HideBelow(folder, entry.Name); return Task.CompletedTask; });
            await EachAsync(registry, image, layer, entry => WriteAsync(folder, entry));
        }
        return folder;
    }

    private static async Task EachAsync(RegistryClient registry, ImageReference image, Descriptor layer, Func<TarEntry, Task> see)
    {
        await using var blob = await registry.OpenBlobAsync(image, layer, CancellationToken.None);
        await using var unpacked = new GZipStream(blob, CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync() is { } entry)
            await see(entry);
    }

    private static void HideBelow(string folder, string name)
    {
        var slash = name.LastIndexOf('/') + 1;
        if (name[slash..].StartsWith(".wh.", StringComparison.Ordinal))
            Clear(Path.Combine(folder, name[..slash], name[(slash + 4)..]));
    }

    private static async Task WriteAsync(string folder, TarEntry entry)
    {
        var path = Path.Combine(folder, entry.Name.TrimEnd('/'));
        if (Path.GetFileName(path).StartsWith(".wh.", StringComparison.Ordinal))
            return;
        if (entry.EntryType == TarEntryType.Directory)
        {
            if (new DirectoryInfo(path) is not { Exists: true, LinkTarget: null })
                Clear(path);
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, entry.Mode);
            return;
        }
        Clear(path);
        switch (entry.EntryType)
        {
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                // As a copy: file systems of layers need not keep the two one.
                File.Copy(Path.Combine(folder, entry.LinkName), path);
                break;
            default:
                await entry.ExtractToFileAsync(path, overwrite: false);
                break;
        }
    }

    private static void Clear(string path)
    {
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
