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

/// <summary>The machine an image is for (image-spec, image-index.md), in Go's words: linux, amd64.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    public string? OsVersion { get; init; }

    /// <summary>os/architecture[/variant]</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
