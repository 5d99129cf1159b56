using System.ComponentModel;
using System.Diagnostics;

namespace Kontrakt.Git;

/// <summary>
/// Variables that tie git to one repository. Git sets them for its own hooks; a process started from there would take every other repository, or a
/// work tree's sub-folder, for that one.
/// </summary>
internal static class GitEnvironment
{
    /// <summary>Not listed by git, and inherited by hooks that a push starts: of the repository that is pushed to.</summary>
    private static readonly string[] OfPushes = ["GIT_NAMESPACE", "GIT_QUARANTINE_PATH"];

    /// <summary>Listed by git, and settings from a command line: git itself hands them on to submodules (such as safe.directory in CI).</summary>
    private static readonly string[] Settings = ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"];

    private static readonly Lazy<IReadOnlyList<string>> Local = new(Ask, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Takes them out of a child process's environment.</summary>
    /// <exception cref="GitException">Git does not say which they are. (Where there is no git, none matters.)</exception>
    public static void Detach(IDictionary<string, string?> environment)
    {
        foreach (var name in Local.Value)
            environment.Remove(name);
    }

    private static IReadOnlyList<string> Ask()
    {
        var start = new ProcessStartInfo("git", ["rev-parse", "--local-env-vars"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Settings)
            start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start) ?? throw new Win32Exception();
            var error = process.StandardError.ReadToEndAsync();
            var listed = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            process.WaitForExit();
            return process.ExitCode == 0 ? [.. listed.Except(Settings), .. OfPushes] : throw new GitException(GitOutput.Reason(error.GetAwaiter().GetResult()));
        }
        catch (Win32Exception)
        {
            // Not installed: who needs it says so.
            return [];
        }
    }
}
