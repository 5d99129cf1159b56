using System.Diagnostics;

namespace Engine.Tests.Registry;

/// <summary>A disk of a few megabytes, in memory. The test is inconclusive where this process may not mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-disk-");

    public SmallDisk(int megabytes)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder.FullName) == 0)
            return;
        folder.Delete();
        Assert.Inconclusive("skipped: this process may not mount a tmpfs");
    }

    public string Path => folder.FullName;

    public void Dispose()
    {
        Run("umount", "-l", folder.FullName);
        folder.Delete();
    }

    private static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
