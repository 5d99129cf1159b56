using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>Pushes a whole image: layers and config first, then the manifest under the reference's tag.</summary>
public static class ImagePusher
{
    /// <summary>What was pushed; nothing is sent when the reference has that image already.</summary>
    public static async Task<CopyResult> PushAsync(RegistryClient client, ImageReference destination, ImageParts image, CancellationToken cancellationToken)
    {
        var manifest = image.Manifest;
        var place = destination.Tag is null ? destination.WithDigest(manifest.Digest) : destination.WithDigest(null);
        if (await client.ResolveAsync(place, cancellationToken) is { } there && there.Digest == manifest.Digest)
            return new(manifest.Descriptor, 0, 0);
        var config = image.Config.ToBytes();
        var moved = new List<Descriptor>();
        foreach (var layer in image.Layers.DistinctBy(layer => layer.Descriptor.Digest).Where(layer => !MediaTypes.IsForeignLayer(layer.Descriptor.MediaType)))
        {
            if (await PushAsync(client, destination, layer, cancellationToken))
                moved.Add(layer.Descriptor);
        }
        var configDescriptor = ImageParts.ConfigDescriptor(config);
        if (await client.PushBlobAsync(destination, configDescriptor, _ => Task.FromResult<Stream>(new MemoryStream(config)), null, cancellationToken))
            moved.Add(configDescriptor);
        return new(await client.PutManifestAsync(place, manifest, cancellationToken), moved.Count, moved.Sum(blob => blob.Size));
    }

    private static Task<bool> PushAsync(RegistryClient client, ImageReference destination, ImageLayer layer, CancellationToken cancellationToken) => layer switch
    {
        ImageLayer.OnDisk onDisk => client.PushBlobAsync(destination, layer.Descriptor, _ => Task.FromResult<Stream>(Open(onDisk.File)), null, cancellationToken),
        ImageLayer.OfImage ofImage => client.PushBlobAsync(destination, layer.Descriptor, token => client.OpenBlobAsync(ofImage.Repository, layer.Descriptor, token),
            ofImage.Repository.Registry == destination.Registry ? ofImage.Repository.Repository : null, cancellationToken),
        _ => throw new ArgumentException($"a layer cannot come from a {layer.GetType().Name}", nameof(layer)),
    };

    private static FileStream Open(LayerFile layer) => new(layer.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
