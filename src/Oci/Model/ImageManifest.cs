namespace Kontrakt.Oci.Model;

/// <summary>An image for one machine (image-spec, manifest.md; Docker's schema 2 has the same shape).</summary>
public sealed record ImageManifest
{
    public string MediaType { get; init; } = MediaTypes.OciManifest;
    public required Descriptor Config { get; init; }
    /// <summary>From the lowest to the highest.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    /// <summary>The manifest that this one says something of (a signature, an SBOM).</summary>
    public Descriptor? Subject { get; init; }
    public string? ArtifactType { get; init; }

    /// <summary>Config and layers.</summary>
    public IEnumerable<Descriptor> Blobs => Layers.Prepend(Config);

    /// <exception cref="FormatException">It is not an image manifest; says what is missing.</exception>
    public static ImageManifest Parse(ManifestContent content)
    {
        using var json = ManifestJson.Open(content, "an image manifest", index: false);
        return new()
        {
            MediaType = content.MediaType,
            Config = ManifestJson.Descriptor(json.RootElement, "config") ?? throw new FormatException("the manifest has no config"),
            Layers = ManifestJson.Descriptors(json.RootElement, "layers"),
            Annotations = ManifestJson.Annotations(json.RootElement),
            Subject = ManifestJson.Descriptor(json.RootElement, "subject"),
            ArtifactType = ManifestJson.Text(json.RootElement, "artifactType"),
        };
    }

    /// <summary>The same bytes for the same manifest.</summary>
    public ManifestContent ToContent() => new(MediaType, ManifestJson.Write(writer =>
    {
        writer.WriteNumber("schemaVersion", 2);
        writer.WriteString("mediaType", MediaType);
        if (ArtifactType is not null)
            writer.WriteString("artifactType", ArtifactType);
        ManifestJson.WriteDescriptor(writer, "config", Config);
        ManifestJson.WriteDescriptors(writer, "layers", Layers);
        if (Subject is not null)
            ManifestJson.WriteDescriptor(writer, "subject", Subject);
        ManifestJson.WriteAnnotations(writer, Annotations);
    }));
}
