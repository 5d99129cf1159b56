using Kontrakt.Images.Attestations;

namespace Kontrakt.Reports.Documents;

/// <summary>What is attested of an image that passed; where it did not, the diagnostics have the reason.</summary>
/// <param name="Image">By digest, which is what was checked; null where it did not pass.</param>
/// <param name="Signed">Whether all that decided is signed.</param>
/// <param name="KeyChecked">Whether a key was given that must have signed.</param>
/// <param name="Contracts">The attestations that decided, the newest first.</param>
/// <param name="Ignored">What else was found, and why it does not count.</param>
public sealed record VerifyDocument(string? Image, bool Signed, bool KeyChecked, IReadOnlyList<ContractPredicate> Contracts, IReadOnlyList<string> Ignored) : CommandDocument("verify")
{
    public static VerifyDocument Of(PassedGate passed, bool keyChecked) => new(passed.Image.ToString(), passed.IsSigned, keyChecked, passed.Contracts, passed.Ignored);
}
