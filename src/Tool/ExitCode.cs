using Kontrakt.Diagnostics;

namespace Kontrakt.Tool;

/// <summary>What the process ends with; documented in docs/tool.md.</summary>
internal static class ExitCode
{
    public const int Passed = 0;

    /// <summary>A kontrakt failed, or something outside the user's input did: a build, a registry, a cluster.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a setting or a manifest is wrong; nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>A defect of kontrakt itself (EX_SOFTWARE of sysexits.h).</summary>
    public const int Defect = 70;

    /// <summary>Ended by a signal: 128 and its number, as shells say it.</summary>
    public const int HungUp = 129;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    /// <summary>Of a verb that failed. Errors of the input alone (KTR1...) are the user's to fix before anything runs; all others are failures.</summary>
    public static int Of(IEnumerable<Diagnostic> reported) =>
        reported.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList() is { Count: > 0 } errors && errors.TrueForAll(error => error.Code.StartsWith("KTR1", StringComparison.Ordinal)) ? Usage : Failed;
}
