using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Attestations;

/// <summary>An image whose contract is attested, and held.</summary>
/// <param name="Image">By digest.</param>
/// <param name="Ignored">What else there was, and why it does not count.</param>
public sealed record PassedGate(ImageReference Image, ContractPredicate Contract, bool IsSigned, IReadOnlyList<string> Ignored);

/// <summary>Lets an image pass whose contract is attested and held.</summary>
public static class ContractGate
{
    /// <param name="image">By tag or digest.</param>
    /// <param name="key">Must have signed; null: anybody who may push could have attested.</param>
    /// <exception cref="KontraktException">KTR2003: no such image; KTR2160: nothing is attested; KTR2161: nothing of it is to be believed; KTR2162: the contract failed.</exception>
    public static async Task<PassedGate> CheckAsync(RegistryClient registry, ImageReference image, AttestationKey? key, CancellationToken cancellationToken)
    {
        try
        {
            var resolved = await registry.ResolveAsync(image, cancellationToken) ?? throw Ktr.ImageMissing.Error(null, image, $"'{image.Registry}' does not have it");
            var pinned = image.WithDigest(resolved.Digest);
            var found = await new AttestationReader(registry, pinned, key).ReadAsync(cancellationToken);
            var ignored = found.Where(each => each.Problem is not null).Select(each => $"{each.Referrer}: {each.Problem}").ToList();
            if (found.FirstOrDefault(each => each.Contract is not null) is not { Contract: { } contract } newest)
                throw ignored.Count == 0 ? Ktr.AttestationMissing.Error(null, pinned) : Ktr.AttestationInvalid.Error(null, pinned, string.Join("; ", ignored));
            return WhyFailed(contract) is { } why ? throw Ktr.AttestationOfFailure.Error(null, pinned, contract.Run.Id, why) : new(pinned, contract, newest.IsSigned, ignored);
        }
        catch (RegistryException e)
        {
            throw new KontraktException([RegistryProblems.Reading(e, image.ToString(), null)], e);
        }
    }

    /// <summary>What a statement says in words counts as much as its sum.</summary>
    private static string? WhyFailed(ContractPredicate contract)
    {
        if (contract.Kontrakts.Count == 0)
            return "no kontrakt was run";
        var failed = contract.Kontrakts.Where(kontrakt => !kontrakt.Passed || kontrakt.Tests.Any(test => !test.Passed)).Select(kontrakt => kontrakt.Name).ToList();
        return failed.Count > 0 ? $"failed: {string.Join(", ", failed)}" : contract.Passed ? null : "it did not pass";
    }
}
