using Kontrakt.Tests;
using System.Diagnostics;

namespace Kontrakt.Templates.Tests;

/// <summary>A repository of this machine. Ends the test as inconclusive where git is not installed.</summary>
internal sealed class GitRepository
{
    private readonly string _path;

    public GitRepository(TempFolder folder, string name = "repository")
    {
        _path = Directory.CreateDirectory(folder.At(name)).FullName;
        Git("init", "--quiet", "--initial-branch=main");
    }

    public string Url => "file://" + _path;

    public string Write(string name, string text)
    {
        var path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? _path);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Commits everything; the commit's id.</summary>
    public string Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--allow-empty", "-m", "m");
        return Git("rev-parse", "HEAD");
    }

    public string Git(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", ["-C", _path, .. arguments]) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("git did not start");
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, string.Join(' ', arguments));
            return output.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive("skipped: git is not installed");
            throw;
        }
    }
}
