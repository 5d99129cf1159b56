using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Oci.Tests.Infra;

/// <summary>Short forms for what most tests of the client do.</summary>
public static class Registries
{
    public static RegistryClient Client(RegistryOptions? options = null) =>
        new((options ?? new()) with { DockerConfigDirectory = options?.DockerConfigDirectory ?? "/nonexistent" });

    public static Descriptor Blob(byte[] bytes, string mediaType = MediaTypes.OciLayerGzip) => new(mediaType, Digest.Sha256(bytes), bytes.Length);

    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Func<CancellationToken, Task<Stream>> Opening(byte[] bytes) => _ => Task.FromResult<Stream>(new MemoryStream(bytes));

    public static Task<bool> PushAsync(this RegistryClient client, ImageReference repository, byte[] bytes, string? mountFrom = null) =>
        client.PushBlobAsync(repository, Blob(bytes), Opening(bytes), mountFrom, CancellationToken.None);

    public static async Task<byte[]> ReadAsync(this RegistryClient client, ImageReference repository, Descriptor blob)
    {
        await using var stream = await client.OpenBlobAsync(repository, blob, CancellationToken.None);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Config, one layer and manifest under the reference's tag.</summary>
    public static async Task<ManifestContent> PushImageAsync(this RegistryClient client, ImageReference image, byte[] layer, byte[]? config = null)
    {
        config ??= "{}"u8.ToArray();
        await client.PushAsync(image, config);
        await client.PushAsync(image, layer);
        var manifest = new ImageManifest { Config = Blob(config, MediaTypes.OciConfig), Layers = [Blob(layer)] }.ToContent();
        await client.PutManifestAsync(image, manifest, CancellationToken.None);
        return manifest;
    }
}
