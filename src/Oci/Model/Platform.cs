namespace Kontrakt.Oci.Model;

/// <summary>The machine an image is for (image-spec, image-index.md), in Go's words: linux, amd64.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    public string? OsVersion { get; init; }

    /// <summary>os/architecture[/variant]</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
