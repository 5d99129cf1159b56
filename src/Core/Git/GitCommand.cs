using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kontrakt.Diagnostics;

namespace Kontrakt.Git;

/// <summary>A git process: in one folder, whatever repository this process was started from, and without asking anybody anything. Nothing else starts git.</summary>
internal sealed class GitCommand
{
    /// <summary>Not listed by git, and inherited by hooks that a push starts: of the repository that is pushed to.</summary>
    private static readonly string[] OfPushes = ["GIT_NAMESPACE", "GIT_QUARANTINE_PATH"];

    /// <summary>Listed by git, and settings from a command line: git itself hands them on to submodules (such as safe.directory in CI).</summary>
    private static readonly string[] OfCommandLines = ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"];

    private static readonly Lazy<IReadOnlyList<string>> OfOneRepository = new(ListVariables, LazyThreadSafetyMode.PublicationOnly);

    private readonly ProcessStartInfo _start;

    /// <param name="folder">Where git looks for the repository.</param>
    /// <exception cref="GitException">Git does not say which variables tie it to a repository.</exception>
    public GitCommand(string folder, params IEnumerable<string> arguments) : this(["-C", folder, .. arguments], OfOneRepository.Value)
    {
    }

    private GitCommand(IEnumerable<string> arguments, IEnumerable<string> without)
    {
        _start = new("git", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.UTF8,
        };
        Remove(without, Environment);
        Environment["LC_ALL"] = "C";
        Environment["GIT_TERMINAL_PROMPT"] = "0";
        // Status refreshes the index as a courtesy to others; a build must not take the lock for that.
        Environment["GIT_OPTIONAL_LOCKS"] = "0";
    }

    public IDictionary<string, string?> Environment => _start.Environment;

    /// <summary>
    /// Takes variables that tie git to one repository out of a child process's environment. Git sets them for its own hooks; a process started from
    /// there would take every other repository, or a work tree's sub-folder, for that one.
    /// </summary>
    /// <exception cref="GitException">Git does not say which they are. (Where there is no git, none matters.)</exception>
    public static void Detach(IDictionary<string, string?> environment) => Remove(OfOneRepository.Value, environment);

    /// <summary>What git prints.</summary>
    /// <exception cref="GitException">It fails.</exception>
    public static GitOutput Ask(string folder, params IEnumerable<string> arguments) => new GitCommand(folder, arguments).RunAsync(CancellationToken.None).GetAwaiter().GetResult().Required();

    /// <exception cref="GitException">It cannot be started.</exception>
    public async Task<GitOutput> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        var (exitCode, output, error) = await ChildProcess.EndAsync(process, cancellationToken);
        return new(exitCode, output, error);
    }

    private static IReadOnlyList<string> ListVariables()
    {
        try
        {
            var listed = new GitCommand(["rev-parse", "--local-env-vars"], OfCommandLines).RunAsync(CancellationToken.None).GetAwaiter().GetResult().Required();
            return [.. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Except(OfCommandLines), .. OfPushes];
        }
        catch (GitException missing) when (missing.InnerException is Win32Exception)
        {
            // Not installed: who needs it says so.
            return [];
        }
    }

    private static void Remove(IEnumerable<string> names, IDictionary<string, string?> environment)
    {
        foreach (var name in names)
            environment.Remove(name);
    }

    private Process Start()
    {
        try
        {
            return Process.Start(_start) ?? throw new Win32Exception("it does not start");
        }
        catch (Win32Exception missing)
        {
            throw new GitException($"git is not installed on this machine ({missing.Message})", missing) { IsUntracked = true };
        }
    }
}

/// <summary>What git printed.</summary>
/// <param name="Bytes">A character for each byte (Latin-1): names of files are bytes, which need be no text.</param>
/// <param name="Error">In git's own words.</param>
internal sealed record GitOutput(int ExitCode, string Bytes, string Error)
{
    public string Text => Decode(Bytes);

    /// <exception cref="GitException">It failed.</exception>
    public GitOutput Required() => ExitCode == 0 ? this : throw new GitException(Reason(Error)) { IsUntracked = IsNoRepository(Error) };

    /// <summary>Text of a part of <see cref="Bytes"/>.</summary>
    public static string Decode(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    private static bool IsNoRepository(string error) => error.Contains("not a git repository", StringComparison.Ordinal);

    private static string Reason(string error)
    {
        error = error.ReplaceLineEndings(" ").Trim();
        return IsNoRepository(error) ? "it is not a git repository"
            : error.Contains("dubious ownership", StringComparison.Ordinal) ? "the repository belongs to another user (git config --global --add safe.directory ...)"
            : error.Length == 0 ? "git failed" : $"git says: {error.TrimEnd('.')}";
    }
}

/// <summary>Git cannot say what it was asked for; the message says why, for the end of a sentence.</summary>
internal sealed class GitException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether nothing there was ever committed; all else is in the way of an answer.</summary>
    public bool IsUntracked { get; init; }
}
