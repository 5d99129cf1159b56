using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Where an image's parts are read from.</summary>
internal abstract class PullSource
{
    /// <exception cref="RegistryException">NotFound among others.</exception>
    public abstract Task<ManifestContent> GetManifestAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>To be read asynchronously and to its end.</summary>
    public abstract Task<Stream> OpenBlobAsync(ImageReference image, Descriptor blob, CancellationToken cancellationToken);

    /// <summary>A registry elsewhere. The client checks size and digest while it reads.</summary>
    public sealed class Remote(RegistryClient client) : PullSource
    {
        public override Task<ManifestContent> GetManifestAsync(ImageReference image, CancellationToken cancellationToken) => client.GetManifestAsync(image, cancellationToken);
        public override Task<Stream> OpenBlobAsync(ImageReference image, Descriptor blob, CancellationToken cancellationToken) => client.OpenBlobAsync(image, blob, cancellationToken);
    }

    /// <summary>The engine's own registry, without HTTP. Its content was checked when it was pushed.</summary>
    public sealed class Own(BlobStore store) : PullSource
    {
        public override Task<ManifestContent> GetManifestAsync(ImageReference image, CancellationToken cancellationToken) =>
            Task.FromResult(store.FindManifest(image.Repository, image.TagOrDigest)?.Content ?? throw NotFound(image, $"{image}: not found"));

        public override Task<Stream> OpenBlobAsync(ImageReference image, Descriptor blob, CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(store.Blobs.Open(blob.Digest) ?? throw NotFound(image, $"blob {blob.Digest} of {image.Repository}: not found"));

        private static RegistryException NotFound(ImageReference image, string message) => new(RegistryFault.NotFound, image.Registry, message);
    }
}
