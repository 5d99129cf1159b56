using System.IO.Compression;
using System.Runtime.InteropServices;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Engine.Tests.Pods.Images;

/// <summary>Images out of raw layers, good or bad, pushed to a registry.</summary>
internal static class ImageBuilder
{
    public static string Architecture => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <param name="layers">Packed bytes, and the digest that the config says of them unpacked.</param>
    public static async Task<ImageReference> PushAsync(RegistryClient client, ImageReference image, params (byte[] Packed, Digest DiffId)[] layers)
    {
        var config = new ImageConfig { Os = "linux", Architecture = Architecture, Command = ["/bin/true"], DiffIds = [.. layers.Select(layer => layer.DiffId)] }.ToBytes();
        var configDescriptor = new Descriptor(MediaTypes.OciConfig, Digest.Sha256(config), config.Length);
        await client.PushBlobAsync(image, configDescriptor, _ => Task.FromResult<Stream>(new MemoryStream(config)), null, CancellationToken.None);
        var descriptors = new List<Descriptor>();
        foreach (var (packed, _) in layers)
        {
            var descriptor = new Descriptor(MediaTypes.OciLayerGzip, Digest.Sha256(packed), packed.Length);
            await client.PushBlobAsync(image, descriptor, _ => Task.FromResult<Stream>(new MemoryStream(packed)), null, CancellationToken.None);
            descriptors.Add(descriptor);
        }
        var manifest = new ImageManifest { Config = configDescriptor, Layers = descriptors }.ToContent();
        return image.WithDigest((await client.PutManifestAsync(image, manifest, CancellationToken.None)).Digest);
    }

    public static Task<ImageReference> PushAsync(RegistryClient client, ImageReference image, params byte[][] archives) =>
        PushAsync(client, image, [.. archives.Select(archive => (Gzip(archive), Digest.Sha256(archive)))]);
}
