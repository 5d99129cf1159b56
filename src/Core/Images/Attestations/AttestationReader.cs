using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Attestations;

/// <summary>A referrer of an image that says it is an attestation.</summary>
/// <param name="Contract">What it attests; null where it is not trusted.</param>
/// <param name="Problem">Why not, as the end of a sentence; null where it is.</param>
/// <param name="IsSigned">Whether it has a signature; checked only where a key was given.</param>
public sealed record FoundAttestation(Digest Referrer, ContractPredicate? Contract, string? Problem, bool IsSigned);

/// <summary>Reads what is attested of an image, and trusts what can be checked.</summary>
/// <param name="image">By digest.</param>
/// <param name="key">Must have signed; null: signatures do not matter.</param>
public sealed class AttestationReader(RegistryClient registry, ImageReference image, AttestationKey? key)
{
    // What a gate reads is bounded, whoever pushes: more than this is somebody's mischief.
    private const int MostReferrers = 500;
    private const int LargestStatement = 4 * 1024 * 1024;

    private static readonly string[] Types = [ContractStatement.MediaType, DsseEnvelope.MediaType];

    private readonly Digest _digest = image.Digest ?? throw new ArgumentException($"'{image}' has no digest", nameof(image));

    /// <summary>All that there are, the newest trusted one first; statements of other kinds are left out.</summary>
    /// <exception cref="RegistryException">The registry cannot be asked, or answers with nonsense.</exception>
    public async Task<IReadOnlyList<FoundAttestation>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<FoundAttestation>();
        var listed = await Referrers.ListAsync(registry, image, Types, cancellationToken);
        if (listed.Count > MostReferrers)
            throw new RegistryException(RegistryFault.Corrupt, image.Registry, $"{image.Registry} lists {listed.Count} attestations of '{image}', and at most {MostReferrers} are read");
        foreach (var referrer in listed)
        {
            try
            {
                if (await ReadAsync(referrer, cancellationToken) is { } attestation)
                    found.Add(attestation);
            }
            catch (FormatException e)
            {
                found.Add(new(referrer.Digest, null, e.Message.TrimEnd('.'), IsSigned: false));
            }
            catch (RegistryException e) when (e.Fault is RegistryFault.NotFound or RegistryFault.Corrupt)
            {
                found.Add(new(referrer.Digest, null, e.Message.TrimEnd('.'), IsSigned: false));
            }
        }
        return [.. found.OrderByDescending(each => each.Contract?.Run.FinishedAt)];
    }

    private async Task<FoundAttestation?> ReadAsync(Descriptor referrer, CancellationToken cancellationToken)
    {
        var content = await registry.GetManifestAsync(image.WithTag(null).WithDigest(referrer.Digest), cancellationToken);
        if (content.Bytes.Length != referrer.Size)
            throw new FormatException($"it has {content.Bytes.Length} bytes, and {referrer.Size} are listed");
        var manifest = ImageManifest.Parse(content);
        // Listed without a type, and by its own word of another kind.
        if (!Types.Contains(referrer.ArtifactType) && !Types.Contains(manifest.ArtifactType))
            return null;
        if (manifest.Subject?.Digest != _digest)
            throw new FormatException($"it is about {manifest.Subject?.Digest.ToString() ?? "nothing"}");
        if (manifest.Layers is not [{ } layer] || layer.Size > LargestStatement)
            throw new FormatException("it does not hold one statement");
        var signed = layer.MediaType == DsseEnvelope.MediaType;
        if (!signed && layer.MediaType != ContractStatement.MediaType)
            throw new FormatException($"it holds a '{layer.MediaType}'");
        var bytes = await BlobAsync(layer, cancellationToken);
        var text = signed ? Open(bytes) : bytes;
        // The signature of a statement of another kind does not matter; nor does its absence.
        if (ContractStatement.PredicateTypeOf(text) is { } type && type != ContractStatement.OwnPredicateType)
            return null;
        if (key is not null && !signed)
            throw new FormatException("it is not signed");
        if (key is not null && !DsseEnvelope.Parse(bytes).IsSignedBy(key))
            throw new FormatException("it is signed by another key");
        return new(referrer.Digest, Believe(ContractStatement.Parse(text)), null, signed);
    }

    private static byte[] Open(byte[] bytes)
    {
        var envelope = DsseEnvelope.Parse(bytes);
        return envelope.PayloadType == ContractStatement.MediaType ? envelope.Payload : throw new FormatException($"it is signed as '{envelope.PayloadType}'");
    }

    private ContractPredicate Believe(ContractStatement statement)
    {
        if (statement.Type != ContractStatement.StatementType || statement.PredicateType != ContractStatement.OwnPredicateType)
            throw new FormatException("it is not a statement that this version knows");
        return statement.Subject.Any(subject => subject.Digest.GetValueOrDefault(_digest.Algorithm) == _digest.Hex) ? statement.Predicate
            : throw new FormatException($"its statement is about {string.Join(", ", statement.Subject.SelectMany(subject => subject.Digest).Select(digest => $"{digest.Key}:{digest.Value}").DefaultIfEmpty("nothing"))}");
    }

    private async Task<byte[]> BlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        await using var stream = await registry.OpenBlobAsync(image, blob, cancellationToken);
        using var bytes = new MemoryStream();
        // To the end, where the digest is checked.
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
