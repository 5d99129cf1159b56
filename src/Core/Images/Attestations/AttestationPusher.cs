using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Attestations;

/// <summary>Puts a statement beside the image that it is about.</summary>
public static class AttestationPusher
{
    private const string Title = "org.opencontainers.image.title";

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
            Config = await PushAsync(registry, image, MediaTypes.OciEmpty, Empty, cancellationToken),
            // The title is the name of the file that "oras pull" writes; without one it writes none.
            Layers = [await PushAsync(registry, image, type, bytes, cancellationToken) with { Annotations = new Dictionary<string, string> { [Title] = key is null ? "contract.intoto.json" : "contract.dsse.json" } }],
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
