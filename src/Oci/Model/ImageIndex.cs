namespace Kontrakt.Oci.Model;

/// <summary>Images for several machines (image-spec, image-index.md; Docker's manifest list has the same shape).</summary>
public sealed record ImageIndex
{
    public string MediaType { get; init; } = MediaTypes.OciIndex;
    public required IReadOnlyList<Descriptor> Manifests { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public Descriptor? Subject { get; init; }
    public string? ArtifactType { get; init; }

    /// <summary>The image for a machine; without a variant asked for, any variant will do. Null for none.</summary>
    public Descriptor? Find(Platform platform) => Manifests.FirstOrDefault(manifest => manifest.Platform is { } offered
        && offered.Os == platform.Os && offered.Architecture == platform.Architecture && (platform.Variant is null || offered.Variant == platform.Variant));

    /// <exception cref="FormatException">It is not an index; says what is missing.</exception>
    public static ImageIndex Parse(ManifestContent content)
    {
        using var json = ManifestJson.Open(content, "an index", index: true);
        return new()
        {
            MediaType = content.MediaType,
            Manifests = ManifestJson.Descriptors(json.RootElement, "manifests"),
            Annotations = ManifestJson.Annotations(json.RootElement),
            Subject = ManifestJson.Descriptor(json.RootElement, "subject"),
            ArtifactType = ManifestJson.Text(json.RootElement, "artifactType"),
        };
    }

    /// <summary>The same bytes for the same index.</summary>
    public ManifestContent ToContent() => new(MediaType, ManifestJson.Write(writer =>
    {
        writer.WriteNumber("schemaVersion", 2);
        writer.WriteString("mediaType", MediaType);
        if (ArtifactType is not null)
            writer.WriteString("artifactType", ArtifactType);
        ManifestJson.WriteDescriptors(writer, "manifests", Manifests);
        if (Subject is not null)
            ManifestJson.WriteDescriptor(writer, "subject", Subject);
        ManifestJson.WriteAnnotations(writer, Annotations);
    }));
}
