using System.Runtime.InteropServices;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Finds the image for this machine behind a reference: its manifest, its config, its layers.</summary>
internal static class ImageResolver
{
    private const int ConfigLimit = 16 * 1024 * 1024;
    /// <summary>What overlayfs stacks at most.</summary>
    private const int LayerLimit = 500;

    public static Platform ThisMachine { get; } = new("linux", RuntimeInformation.OSArchitecture switch
    {
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "arm",
        Architecture.X86 => "386",
        Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <exception cref="LayerException">There is none, or it is not an image that can run.</exception>
    public static async Task<ResolvedImage> ResolveAsync(PullSource source, ImageReference image, CancellationToken cancellationToken)
    {
        var content = await source.GetManifestAsync(image, cancellationToken);
        // What a pod's imageID says is what was asked for: the index, where there is one.
        var reference = image.WithTag(null).WithDigest(image.Digest ?? content.Digest);
        try
        {
            for (var depth = 0; content.IsIndex; depth++)
            {
                var chosen = ImageIndex.Parse(content).Find(ThisMachine);
                if (chosen is null || depth > 2)
                    throw new LayerException($"no match for platform in manifest: the image has none for {ThisMachine}");
                content = await source.GetManifestAsync(image.WithTag(null).WithDigest(chosen.Digest), cancellationToken);
            }
            var manifest = ImageManifest.Parse(content);
            var config = await ReadConfigAsync(source, image, manifest.Config, cancellationToken);
            if (config.DiffIds.Count != manifest.Layers.Count)
                throw new LayerException($"the image has {manifest.Layers.Count} layers, and its config speaks of {config.DiffIds.Count}");
            if (manifest.Layers.Count > LayerLimit)
                throw new LayerException($"the image has {manifest.Layers.Count} layers, and at most {LayerLimit} can be stacked");
            if (config.Os.Length > 0 && config.Os != ThisMachine.Os)
                throw new LayerException($"the image is for {config.Platform}, and this machine is {ThisMachine}");
            return new(reference, content.Digest, config, manifest.Layers);
        }
        catch (FormatException invalid)
        {
            throw new LayerException(invalid.Message, invalid);
        }
    }

    private static async Task<ImageConfig> ReadConfigAsync(PullSource source, ImageReference image, Descriptor config, CancellationToken cancellationToken)
    {
        if (config.Size > ConfigLimit)
            throw new LayerException($"the image's config is larger than {ConfigLimit} bytes");
        await using var stream = await source.OpenBlobAsync(image, config, cancellationToken);
        var bytes = new byte[config.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return ImageConfig.Parse(bytes);
    }
}

/// <param name="Manifest">Digest of the manifest for this machine.</param>
internal sealed record ResolvedImage(ImageReference Reference, Digest Manifest, ImageConfig Config, IReadOnlyList<Descriptor> Layers);
