using System.Text.Json;

namespace Kontrakt.Oci.Model;

public static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    /// <summary>Of a config that says nothing (image-spec, "Guidance for an empty descriptor").</summary>
    public const string OciEmpty = "application/vnd.oci.empty.v1+json";
    public const string OciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";

    private const string OciForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerIndex;

    /// <summary>Is it one of the four kinds of manifest and index?</summary>
    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest || IsIndex(mediaType);

    /// <summary>A layer that registries do not keep, because its licence forbids that: it is read from its own URLs (image-spec, layer.md).</summary>
    public static bool IsForeignLayer(string mediaType) =>
        mediaType.StartsWith(OciForeignLayer, StringComparison.Ordinal) || mediaType.StartsWith(DockerForeignLayer, StringComparison.Ordinal);

    /// <summary>What a manifest calls itself, or is by its members where it does not say (mediaType is optional in OCI); null for neither manifest nor index.</summary>
    internal static string? OfManifest(JsonElement manifest)
    {
        if (manifest.ValueKind != JsonValueKind.Object)
            return null;
        if (manifest.TryGetProperty("mediaType", out var said))
            return said.ValueKind == JsonValueKind.String && said.GetString() is { } own && IsManifest(own) ? own : null;
        var (layers, manifests) = (manifest.TryGetProperty("layers", out _), manifest.TryGetProperty("manifests", out _));
        return layers && !manifests ? OciManifest : manifests && !layers ? OciIndex : null;
    }
}
