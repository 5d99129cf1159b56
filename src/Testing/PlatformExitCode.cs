namespace Kontrakt.Testing;

/// <summary>Exit codes of Microsoft.Testing.Platform, as its documentation has them.</summary>
internal static class PlatformExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Aborted = 3;
    public const int InvalidCommandLine = 5;
    public const int ZeroTests = 8;

    /// <summary>128 + 2 and 128 + 15, as any program that SIGINT and SIGTERM end.</summary>
    public const int Interrupted = 130;
    public const int Terminated = 143;

    /// <summary>Of two parts of one run: a part without tests says nothing of the whole; where both fail in ways of their own, 'dotnet test' has 1.</summary>
    public static int Of(int one, int other) => (one, other) switch
    {
        _ when one == other => one,
        (Success or ZeroTests, _) when other != ZeroTests => other,
        (_, Success or ZeroTests) => one,
        _ => Failure,
    };
}
