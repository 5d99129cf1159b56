using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.HostBase;
using Kontrakt.Images.Projects;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Contexts;

/// <summary>
/// The base of context images where none is named: the extractor on a base image made from this machine's .NET. It runs in builds, before the steps and
/// with their source: so what a registry has under its tag is never trusted. It is used by the digest of what this machine itself made or would make;
/// the same .NET makes the same bytes, and then equal contexts are equal images on all machines that share the registry.
/// </summary>
internal static class ExtractorImage
{
    private const string Folder = "opt/kontext";
    private const string Assembly = "Kontrakt.Extractor.dll", RuntimeConfig = "Kontrakt.Extractor.runtimeconfig.json";
    private const int Data = 0x1A4;

    /// <summary>The image by digest; made and pushed where the repository has none for this extractor, or another one in its place.</summary>
    /// <param name="repository">Registry and path that the images go below.</param>
    /// <param name="cacheDirectory">Where it is remembered what was pushed; null: as <see cref="HostBaseRequest.CacheDirectory"/> says.</param>
    public static async Task<ImageReference> EnsureAsync(string repository, RegistryClient registry, IRunLog log, CancellationToken cancellationToken, string? cacheDirectory = null)
    {
        var files = new[] { Assembly, RuntimeConfig }.Select(name => new LayerEntry.Content($"{Folder}/{name}", Data, Resource(name))).ToList();
        var host = await HostBaseImage.EnsureAsync(new() { Repository = repository, CacheDirectory = cacheDirectory }, registry, log, cancellationToken);
        var inputs = Fingerprint(files, host);
        var image = ImageReference.Parse($"{repository}/kontext-extractor:{inputs[..16]}");
        var cache = cacheDirectory ?? HostBaseImage.DefaultCacheDirectory();
        var stamp = await ImageStamp.ReadAsync(cache, image.Name, cancellationToken);
        if (stamp is not null && stamp.Content == inputs && Digest.TryParse(stamp.Digest, out var known)
            && await registry.ResolveAsync(image.WithTag(null).WithDigest(known), cancellationToken) is not null)
            return image.WithDigest(known);
        log.Report(new RunEvent.Progress($"making the base of contexts {image}"));
        var digest = await MakeAsync(image, host, files, registry, cancellationToken);
        new ImageStamp(image.Name, inputs, host.ToString(), digest.ToString()).Write(cache);
        return image.WithDigest(digest);
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

    private static string Fingerprint(IEnumerable<LayerEntry.Content> files, ImageReference host) =>
        Digest.Sha256(Encoding.UTF8.GetBytes(string.Join('\n', files.Select(file => $"{file.Path} {Digest.Sha256(file.Bytes.Span)}").Append($"{host.Digest}")))).Hex;

    private static byte[] Resource(string name)
    {
        using var stream = typeof(ExtractorImage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the assembly does not carry {name}");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
