using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context;

/// <summary>The image that a tag has now, as far as it is a context.</summary>
/// <param name="Absence">Why there is none to build upon, for a sentence; else empty.</param>
internal sealed record ContextImage(ImageReference Image, ImageManifest? Manifest, ContextManifest? Content, string Absence)
{
    /// <summary>The standard annotation for what an image is based on (image-spec, annotations.md).</summary>
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>Reads the image's manifest and its last layer, nothing else of it.</summary>
    /// <exception cref="RegistryException">The registry cannot be reached, or does not let us read: no reason to start from nothing.</exception>
    public static async Task<ContextImage> ReadAsync(ImageReference tag, RegistryClient registry, CancellationToken cancellationToken)
    {
        ContextImage None(string why) => new(tag, null, null, why);
        ManifestContent content;
        try
        {
            content = await registry.GetManifestAsync(tag, cancellationToken);
        }
        catch (RegistryException absent) when (absent.Fault is RegistryFault.NotFound)
        {
            return None($"there is no '{tag}' yet");
        }
        catch (RegistryException corrupt) when (corrupt.Fault is RegistryFault.Corrupt)
        {
            return None($"the image that '{tag}' is now cannot be read: {corrupt.Message}");
        }
        try
        {
            if (content.IsIndex)
                return None($"'{tag}' is an index of several images and no context");
            var manifest = ImageManifest.Parse(content);
            var image = tag.WithDigest(content.Digest);
            return new(image, manifest, await ManifestLayer.ReadAsync(image, manifest, registry, cancellationToken), "");
        }
        catch (FormatException wrong)
        {
            return None($"the image that '{tag}' is now has no manifest that can be read: {wrong.Message}");
        }
        catch (RegistryException broken) when (broken.Fault is RegistryFault.Corrupt or RegistryFault.NotFound)
        {
            return None($"the manifest layer of '{tag}' cannot be read: {broken.Message}");
        }
    }

    /// <summary>What a plan has to know about it; null where there is no context.</summary>
    public ContextThere? On(ContextBase below)
    {
        if (Manifest is null || Content is null)
            return null;
        // Images of the original say nothing of their base; layers do.
        var isOnBase = below.IsBelow(Manifest) && (Manifest.Annotations?.GetValueOrDefault(BaseDigest) ?? below.Image.Digest.ToString()) == below.Image.Digest.ToString();
        return new(Content, Manifest.Layers.Count - below.Manifest.Layers.Count, isOnBase, below.Manifest.Layers.Count);
    }
}
