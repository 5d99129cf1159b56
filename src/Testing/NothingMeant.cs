namespace Kontrakt.Testing;

/// <summary>
/// Whether there was nothing to list or to run. A project that is there for something else, and was given the package, may have no kontrakt, or none that
/// the filter means: it passes, as in the other mode of dotnet test. Elsewhere the platform's exit code stands.
/// </summary>
internal sealed class NothingMeant
{
    private const int ZeroTests = 8;

    public bool IsMeant { get; set; }

    public bool MayBe { get; set; }

    /// <param name="exitCode">The platform's.</param>
    public int Judge(int exitCode) => exitCode == ZeroTests && IsMeant && MayBe ? 0 : exitCode;
}
