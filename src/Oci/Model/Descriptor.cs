using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Model;

/// <summary>What a registry or a manifest says of a piece of content (image-spec, descriptor.md).</summary>
/// <param name="Size">Bytes.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>What an index says of the machine a manifest is for.</summary>
    public Platform? Platform { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    /// <summary>Where else the content is (foreign layers).</summary>
    public IReadOnlyList<string>? Urls { get; init; }
    public string? ArtifactType { get; init; }
}
