using System.Text.Json;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>What a registry answers when asked for a manifest, trusted only as far as it can be checked.</summary>
internal static class ManifestAnswer
{
    /// <summary>Bytes; what registries themselves accept at most (distribution-spec, "Pushing Manifests").</summary>
    private const int SizeLimit = 4 * 1024 * 1024;

    /// <summary>What the headers alone say; null when they do not say enough.</summary>
    public static Descriptor? Describe(ImageReference image, HttpResponseMessage response)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        return DigestOf(image, response) is { } digest && digest.Algorithm == "sha256" && response.Content.Headers.ContentLength is > 0 and var size && mediaType is not null && MediaTypes.IsManifest(mediaType)
            && (image.Digest is null || image.Digest == digest)
            ? new(mediaType, digest, size)
            : null;
    }

    /// <summary>Docker-Content-Digest, which is optional.</summary>
    public static Digest? DigestOf(ImageReference image, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var values))
            return null;
        return Digest.TryParse(values.ToString(), out var digest)
            ? digest
            : throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} names an invalid digest for '{image}'");
    }

    public static async Task<ManifestContent> ReadAsync(ImageReference image, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var declared = response.Content.Headers.ContentType?.MediaType ?? "";
        if (declared == "text/html")
            throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} answered the question for '{image}' with an HTML page; is it a registry?");
        var bytes = await RegistryErrors.ReadAsync(response, SizeLimit, cancellationToken)
            ?? throw RegistryErrors.Corrupt(image.Registry, $"the manifest of '{image}' is larger than {SizeLimit / 1024 / 1024} MiB");
        if (response.Content.Headers.ContentLength is { } length && length != bytes.Length)
            throw new IOException($"the manifest ended after {bytes.Length} of {length} bytes");
        foreach (var expected in new[] { image.Digest, DigestOf(image, response) })
        {
            if (expected is { } digest && digest.Same(bytes) != digest)
                throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} sent a manifest for '{image}' whose digest is {digest.Same(bytes)} in place of {digest}");
        }
        return new(MediaType(image, declared, bytes), bytes);
    }

    /// <summary>The header's, unless that is vague; never another than the manifest itself names (image-spec, manifest.md, mediaType).</summary>
    private static string MediaType(ImageReference image, string declared, byte[] bytes)
    {
        string? own;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            own = MediaTypes.OfManifest(json.RootElement);
        }
        catch (JsonException)
        {
            throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} answered the question for '{image}' with something that is not a manifest");
        }
        if (own is null)
            throw RegistryErrors.Corrupt(image.Registry, $"'{image}' is neither an image manifest nor an index (media type '{declared}'); Docker's schema 1 is not supported");
        return !MediaTypes.IsManifest(declared) || declared == own
            ? own
            : throw RegistryErrors.Corrupt(image.Registry, $"{image.Registry} calls '{image}' {declared}, and the manifest calls itself {own}");
    }
}
