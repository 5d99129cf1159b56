using Kontrakt.Diagnostics;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context;

/// <summary>The base image of contexts, as the registry has it now.</summary>
/// <param name="Image">By digest, of the manifest for this machine's processor.</param>
internal sealed record ContextBase(ImageReference Image, ImageManifest Manifest)
{
    /// <exception cref="KontraktException">It is not an image, or none for this processor.</exception>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public static async Task<ContextBase> ReadAsync(ImageReference reference, RegistryClient registry, CancellationToken cancellationToken)
    {
        try
        {
            var content = await registry.GetManifestAsync(reference, cancellationToken);
            if (content.IsIndex)
            {
                var platform = new Platform("linux", Architecture, null);
                var chosen = ImageIndex.Parse(content).Find(platform)
                    ?? throw Ktr.ContextBaseUnusable.Error(null, reference, $"it has nothing for {platform.Os}/{platform.Architecture}");
                content = await registry.GetManifestAsync(reference.WithTag(null).WithDigest(chosen.Digest), cancellationToken);
            }
            return new(reference.WithTag(null).WithDigest(content.Digest), ImageManifest.Parse(content));
        }
        catch (RegistryException absent) when (absent.Fault == RegistryFault.NotFound)
        {
            throw Ktr.ContextBaseUnusable.Error(absent, null, reference, absent.Message);
        }
        catch (FormatException wrong)
        {
            throw Ktr.ContextBaseUnusable.Error(wrong, null, reference, wrong.Message);
        }
    }

    /// <summary>Its layers, to be put others on, and how it runs.</summary>
    public async Task<(IReadOnlyList<ImageLayer> Layers, ImageConfig Config)> OpenAsync(RegistryClient registry, CancellationToken cancellationToken)
    {
        var config = await registry.GetConfigAsync(Image, Manifest, cancellationToken);
        try
        {
            return (ImageParts.LayersOf(Image, Manifest, config), config);
        }
        catch (FormatException wrong)
        {
            throw Ktr.ContextBaseUnusable.Error(wrong, null, Image, wrong.Message);
        }
    }

    /// <summary>Whether another image's layers begin with these.</summary>
    public bool IsBelow(ImageManifest image) =>
        image.Layers.Count >= Manifest.Layers.Count && image.Layers.Take(Manifest.Layers.Count).Select(layer => layer.Digest).SequenceEqual(Manifest.Layers.Select(layer => layer.Digest));

    /// <summary>This machine's, as images call it: a cluster on the same machine can run it.</summary>
    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
