using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>What a manifest or an index says of other content.</summary>
internal sealed record ManifestFacts
{
    /// <summary>Config and layers that a registry keeps; none for an index.</summary>
    public IReadOnlyList<Descriptor> Blobs { get; private init; } = [];
    /// <summary>Of an index.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; private init; } = [];
    public Digest? Subject { get; private init; }
    /// <summary>What the referrers list says of it: its own, or for a manifest without one the type of its config.</summary>
    public string? ArtifactType { get; private init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; private init; }

    /// <exception cref="FormatException">It is neither; says what is wrong.</exception>
    public static ManifestFacts Of(ManifestContent content)
    {
        if (content.IsIndex)
        {
            var index = ImageIndex.Parse(content);
            return new() { Manifests = index.Manifests, Subject = index.Subject?.Digest, ArtifactType = index.ArtifactType, Annotations = index.Annotations };
        }
        var manifest = ImageManifest.Parse(content);
        return new()
        {
            Blobs = [.. manifest.Blobs.Where(blob => !MediaTypes.IsForeignLayer(blob.MediaType))],
            Subject = manifest.Subject?.Digest,
            ArtifactType = manifest.ArtifactType is { Length: > 0 } own ? own : manifest.Config.MediaType,
            Annotations = manifest.Annotations,
        };
    }
}
