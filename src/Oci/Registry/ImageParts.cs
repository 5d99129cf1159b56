using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>A layer of an image to be pushed.</summary>
public abstract record ImageLayer(Descriptor Descriptor, Digest DiffId)
{
    /// <summary>Written by <see cref="LayerWriter"/>.</summary>
    public sealed record OnDisk(LayerFile File) : ImageLayer(File.Descriptor, File.DiffId);
    /// <summary>One of a base image: mounted where it is of the same registry, else copied.</summary>
    public sealed record OfImage(ImageReference Repository, Descriptor Descriptor, Digest DiffId) : ImageLayer(Descriptor, DiffId);
}

/// <summary>An image to be pushed. Its manifest, and so its digest, is known before anything is sent.</summary>
public sealed record ImageParts
{
    private readonly ImageConfig config = new() { Os = "linux", Architecture = "amd64" };
    private readonly IReadOnlyList<ImageLayer> layers = [];

    /// <summary>Its diff ids are those of the layers.</summary>
    public required ImageConfig Config
    {
        get => config with { DiffIds = [.. layers.Select(layer => layer.DiffId)] };
        init => config = value;
    }

    /// <summary>From the lowest to the highest.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get => layers; init => layers = value; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public ManifestContent Manifest => new ImageManifest
    {
        Config = ConfigDescriptor(Config.ToBytes()),
        Layers = [.. Layers.Select(layer => layer.Descriptor)],
        Annotations = Annotations,
    }.ToContent();

    /// <summary>The layers of an image that others are put on.</summary>
    /// <param name="image">Where the image is.</param>
    /// <exception cref="FormatException">Manifest and config do not have the same number of layers.</exception>
    public static IReadOnlyList<ImageLayer> LayersOf(ImageReference image, ImageManifest manifest, ImageConfig config) =>
        manifest.Layers.Count == config.DiffIds.Count
            ? [.. manifest.Layers.Zip(config.DiffIds, (layer, diffId) => new ImageLayer.OfImage(image, layer, diffId))]
            : throw new FormatException($"'{image}' has {manifest.Layers.Count} layers, and its config speaks of {config.DiffIds.Count}");

    internal static Descriptor ConfigDescriptor(byte[] config) => new(MediaTypes.OciConfig, Digest.Sha256(config), config.Length);
}
