using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Model;

/// <summary>The exact bytes of a manifest or index, which its digest covers.</summary>
public sealed record ManifestContent(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    public Digest Digest => Digest.Sha256(Bytes.Span);
    public Descriptor Descriptor => new(MediaType, Digest, Bytes.Length);

    /// <summary>An index names manifests, a manifest names layers.</summary>
    public bool IsIndex => MediaTypes.IsIndex(MediaType);
}
