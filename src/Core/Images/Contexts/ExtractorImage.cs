using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.HostBase;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Contexts;

/// <summary>
/// The base of context images where none is named: the extractor on a base image made from this machine's .NET. Its tag is the extractor's own hash, so
/// whoever made it first made it for all, and equal contexts are equal images on every machine that shares the registry.
/// </summary>
internal static class ExtractorImage
{
    private const string Folder = "opt/kontext";
    private const string Assembly = "Kontrakt.Extractor.dll", RuntimeConfig = "Kontrakt.Extractor.runtimeconfig.json";
    private const int Data = 0x1A4;

    /// <summary>The image by digest; made and pushed where the repository has none for this extractor.</summary>
    /// <param name="repository">Registry and path that the images go below.</param>
    public static async Task<ImageReference> EnsureAsync(string repository, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var files = new[] { Assembly, RuntimeConfig }.Select(name => new LayerEntry.Content($"{Folder}/{name}", Data, Resource(name))).ToList();
        var image = ImageReference.Parse($"{repository}/kontext-extractor:{TagOf(files)}");
        if (await registry.ResolveAsync(image, cancellationToken) is { } there)
            return image.WithDigest(there.Digest);
        var host = await HostBaseImage.EnsureAsync(new() { Repository = repository }, registry, log, cancellationToken);
        log.Report(new RunEvent.Progress($"making the base of contexts {image}"));
        return image.WithDigest(await MakeAsync(image, host, files, registry, cancellationToken));
    }

    private static async Task<Digest> MakeAsync(ImageReference image, ImageReference host, IReadOnlyList<LayerEntry> files, RegistryClient registry, CancellationToken cancellationToken)
    {
        var manifest = ImageManifest.Parse(await registry.GetManifestAsync(host, cancellationToken));
        var config = await registry.GetConfigAsync(host, manifest, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("kontrakt-extractor-");
        try
        {
            var layer = await LayerWriter.WriteAsync(files, Path.Combine(folder.FullName, "layer.tar.gz"), cancellationToken);
            var parts = new ImageParts
            {
                // Root: a context has files that only their owner may read, and workspaces are root's.
                Config = config with { User = "0:0", WorkingDirectory = "/", Entrypoint = ["/usr/bin/dotnet", $"/{Folder}/{Assembly}"], Command = null, History = null },
                Layers = [.. ImageParts.LayersOf(host, manifest, config), new ImageLayer.OnDisk(layer)],
            };
            return (await ImagePusher.PushAsync(registry, image, parts, cancellationToken)).Manifest.Digest;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string TagOf(IEnumerable<LayerEntry.Content> files) =>
        Digest.Sha256(Encoding.UTF8.GetBytes(string.Join('\n', files.Select(file => $"{file.Path} {Digest.Sha256(file.Bytes.Span)}")))).Hex[..16];

    private static byte[] Resource(string name)
    {
        using var stream = typeof(ExtractorImage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the assembly does not carry {name}");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
