using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>An image that lies unpacked on this machine, and stays there until this is disposed.</summary>
/// <param name="Reference">With the digest of the manifest that was used: what a pod's imageID says.</param>
/// <param name="Layers">Folders, the lowest layer first; overlayfs whiteouts and opaque marks in them.</param>
public sealed record ContainerImage(ImageReference Reference, Digest Digest, ImageConfig Config, IReadOnlyList<string> Layers) : IDisposable
{
    /// <summary>Keeps the layers from being pruned.</summary>
    internal IDisposable? Lease { get; init; }

    /// <summary>To be called when no container uses the layers any more; more than once does no harm.</summary>
    public void Dispose() => Lease?.Dispose();
}
