using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Attestations;

/// <summary>An image whose contract is attested, and held.</summary>
/// <param name="Image">By digest.</param>
/// <param name="Contracts">What decided: the newest first, then those that list kontrakts that were demanded and are not in it.</param>
/// <param name="IsSigned">Whether all of them are; by the key, where there is one.</param>
/// <param name="Ignored">What else there was, and why it does not count.</param>
public sealed record PassedGate(ImageReference Image, IReadOnlyList<ContractPredicate> Contracts, bool IsSigned, IReadOnlyList<string> Ignored);

/// <summary>Lets an image pass whose contract is attested and held.</summary>
public static class ContractGate
{
    /// <param name="image">By tag or digest.</param>
    /// <param name="key">Must have signed; null: anybody who may push could have attested.</param>
    /// <param name="demanded">
    /// Names of kontrakts that must be attested. Each is decided by the newest attestation that lists it, since the shards of a run attest theirs each
    /// for itself. That the newest of all must have held is so with and without them: to demand more never lets pass more.
    /// </param>
    /// <exception cref="KontraktException">
    /// KTR2003: no such image; KTR2160: nothing is attested; KTR2161: nothing of it is trusted; KTR2162: the contract failed; KTR2163: what is required is not attested.
    /// </exception>
    public static async Task<PassedGate> CheckAsync(RegistryClient registry, ImageReference image, AttestationKey? key, IReadOnlyList<string> demanded, CancellationToken cancellationToken)
    {
        try
        {
            var resolved = await registry.ResolveAsync(image, cancellationToken) ?? throw Ktr.ImageMissing.Error(null, image, $"'{image.Registry}' does not have it");
            var pinned = image.WithDigest(resolved.Digest);
            var found = await new AttestationReader(registry, pinned, key).ReadAsync(cancellationToken);
            var ignored = found.Where(each => each.Problem is not null).Select(each => $"{each.Referrer}: {each.Problem}").ToList();
            var believed = found.Where(each => each.Contract is not null).ToList();
            if (believed.Count == 0)
                throw ignored.Count == 0 ? Ktr.AttestationMissing.Error(null, pinned) : Ktr.AttestationInvalid.Error(null, pinned, string.Join("; ", ignored));
            var deciding = demanded.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => believed.Find(each => Lists(each.Contract, name)), StringComparer.Ordinal);
            KontraktException.ThrowIfAny([.. Failure(pinned, believed[0].Contract), .. Missing(pinned, deciding, believed)]);
            var used = deciding.Values.Prepend(believed[0]).OfType<FoundAttestation>().Distinct().OrderBy(believed.IndexOf).ToList();
            return new(pinned, [.. used.Select(each => each.Contract).OfType<ContractPredicate>()], used.TrueForAll(each => each.IsSigned), ignored);
        }
        catch (RegistryException e)
        {
            throw new KontraktException([RegistryProblems.Reading(e, image.ToString(), null)], e);
        }
    }

    private static IEnumerable<Diagnostic> Failure(ImageReference image, ContractPredicate? newest)
    {
        if (newest is not null && WhyFailed(newest) is { } why)
            yield return Ktr.AttestationOfFailure.At(null, image, newest.Run.Id, why);
    }

    /// <summary>All that is demanded and not attested, in one.</summary>
    private static IEnumerable<Diagnostic> Missing(ImageReference image, Dictionary<string, FoundAttestation?> deciding, List<FoundAttestation> believed)
    {
        var missing = deciding.Select(pair => (Name: pair.Key, Why: WhyMissing(pair.Value?.Contract))).Where(each => each.Why is not null).ToList();
        if (missing.Count == 0)
            yield break;
        var attested = believed.SelectMany(each => each.Contract?.Kontrakts ?? []).Select(kontrakt => kontrakt.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        yield return Ktr.AttestationIncomplete.At(null, image, string.Join("; ", missing.Select(each => $"'{each.Name}' {each.Why}")), string.Join(", ", attested.DefaultIfEmpty("none")));
    }

    /// <summary>The end of a sentence that begins with the kontrakt's name; null where it held.</summary>
    private static string? WhyMissing(ContractPredicate? contract) =>
        contract is null ? "is not among them" : WhyFailed(contract) is { } why ? $"was last attested by run {contract.Run.Id}, whose contract did not hold ({why})" : null;

    private static bool Lists(ContractPredicate? contract, string name) => contract?.Kontrakts.Any(kontrakt => kontrakt.Name == name) == true;

    /// <summary>What a statement says in words counts as much as its sum.</summary>
    private static string? WhyFailed(ContractPredicate contract)
    {
        if (contract.Kontrakts.Count == 0)
            return "no kontrakt was run";
        var failed = contract.Kontrakts.Where(kontrakt => !kontrakt.Passed || kontrakt.Tests.Any(test => !test.Passed)).Select(kontrakt => kontrakt.Name).ToList();
        return failed.Count > 0 ? $"failed: {string.Join(", ", failed)}" : contract.Passed ? null : "it did not pass";
    }
}
