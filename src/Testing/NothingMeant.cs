namespace Kontrakt.Testing;

/// <summary>
/// Whether there was nothing to list or to run. A project that has another purpose, and was given the package, may have no kontrakt, or none that
/// the filter selects: it passes, as in the other mode of dotnet test. Elsewhere the platform's exit code is kept.
/// </summary>
internal sealed class NothingMeant
{
    public bool WasMeant { get; set; }

    public bool MayBe { get; set; }

    /// <param name="exitCode">The platform's.</param>
    public int Judge(int exitCode) => exitCode == PlatformExitCode.ZeroTests && WasMeant && MayBe ? PlatformExitCode.Success : exitCode;
}
