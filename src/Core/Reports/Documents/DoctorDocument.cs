using Kontrakt.Doctor;

namespace Kontrakt.Reports.Documents;

/// <summary>What a run would meet here.</summary>
/// <param name="Works">Whether a run could work: no check failed.</param>
/// <param name="Checks">In the same order each time.</param>
public sealed record DoctorDocument(bool Works, IReadOnlyList<CheckResult> Checks) : CommandDocument("doctor");
