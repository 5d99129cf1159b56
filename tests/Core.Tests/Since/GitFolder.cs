using System.Diagnostics;

namespace Kontrakt.Tests.Since;

/// <summary>A git repository that goes away with the test.</summary>
internal sealed class GitFolder : IDisposable
{
    public TempFolder Files { get; } = new();

    public string Root => Files.Path;

    /// <summary>With what was written before as its first commit.</summary>
    public void Commit()
    {
        if (!Directory.Exists(Files.At(".git")))
            Git("init", "-q");
        Git("add", ".");
        Git("commit", "-qm", "a commit");
    }

    public void Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", Root, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output.Result + error);
    }

    public void Dispose() => Files.Dispose();
}
