using System.Globalization;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>An image's StopSignal: "SIGTERM", "TERM", "15", "SIGRTMIN+3".</summary>
internal static class StopSignals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    private const int RealTimeMinimum = 34;
    private const int RealTimeMaximum = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>What cannot be understood is SIGTERM, as for container runtimes.</summary>
    public static int Parse(string? text)
    {
        var name = text?.Trim().ToUpperInvariant() ?? "";
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number is > 0 and <= RealTimeMaximum ? number : Terminate;
        foreach (var (begin, from) in (ReadOnlySpan<(string, int)>)[("RTMIN", RealTimeMinimum), ("RTMAX", RealTimeMaximum)])
        {
            if (name == begin)
                return from;
            if (name.StartsWith(begin, StringComparison.Ordinal) && int.TryParse(name[begin.Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset) && from + offset is >= RealTimeMinimum and <= RealTimeMaximum)
                return from + offset;
        }
        return name.Length > 0 && Array.IndexOf(Names, name) is > 0 and var index ? index : Terminate;
    }
}
