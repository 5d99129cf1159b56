using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Attestations;

/// <summary>Puts a statement beside the image that it is about.</summary>
public static class AttestationPusher
{
    /// <summary>The media type of a config that says nothing (image-spec, "Guidance for an empty descriptor").</summary>
    private const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    private static readonly byte[] Empty = [.. "{}"u8];

    /// <param name="image">By digest.</param>
    /// <param name="key">Signs it; null: it is not signed.</param>
    /// <returns>What was pushed.</returns>
    /// <exception cref="RegistryException">The registry refuses, or does not have the image.</exception>
    public static async Task<Descriptor> PushAsync(RegistryClient registry, ImageReference image, ContractStatement statement, AttestationKey? key, CancellationToken cancellationToken)
    {
        var subject = await registry.ResolveAsync(image.WithTag(null), cancellationToken)
            ?? throw new RegistryException(RegistryFault.NotFound, image.Registry, $"{image.Registry} has no '{image}'");
        var text = statement.ToBytes();
        var (type, bytes) = key is null ? (ContractStatement.MediaType, text) : (DsseEnvelope.MediaType, DsseEnvelope.Sign(ContractStatement.MediaType, text, key).ToBytes());
        var manifest = new ImageManifest
        {
            ArtifactType = type,
            Config = await PushAsync(registry, image, EmptyConfig, Empty, cancellationToken),
            Layers = [await PushAsync(registry, image, type, bytes, cancellationToken)],
            Subject = new(subject.MediaType, subject.Digest, subject.Size),
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["in-toto.io/predicate-type"] = ContractStatement.OwnPredicateType,
                ["org.opencontainers.image.created"] = statement.Predicate.Run.FinishedAt.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        return await Referrers.PushAsync(registry, image, manifest.ToContent(), cancellationToken);
    }

    private static async Task<Descriptor> PushAsync(RegistryClient registry, ImageReference image, string type, byte[] bytes, CancellationToken cancellationToken)
    {
        var blob = new Descriptor(type, Digest.Sha256(bytes), bytes.Length);
        await registry.PushBlobAsync(image, blob, _ => Task.FromResult<Stream>(new MemoryStream(bytes)), null, cancellationToken);
        return blob;
    }
}
