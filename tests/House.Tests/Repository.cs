using System.Diagnostics;

namespace House.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>What git knows of it, relative to its root.</summary>
    public static string[] Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files"]) { WorkingDirectory = Root, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git did not start");
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.AreEqual(0, git.ExitCode);
        return files;
    }

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Kontrakt.MSBuild.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("these tests run inside the repository");
        return folder;
    }
}
