using System.Diagnostics;

namespace Tool.Tests.Engines;

/// <summary>kill(1).</summary>
internal static class Signals
{
    /// <param name="name">Such as TERM.</param>
    public static async Task SendAsync(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        await kill.WaitForExitAsync();
        Assert.AreEqual(0, kill.ExitCode, $"kill -{name} {process}");
    }
}
