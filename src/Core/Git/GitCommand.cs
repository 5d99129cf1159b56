using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Kontrakt.Git;

/// <summary>A git process: in one folder, whatever repository this process was started from, and without asking anybody anything.</summary>
internal sealed class GitCommand
{
    private readonly ProcessStartInfo _start;

    /// <param name="folder">Where git looks for the repository.</param>
    public GitCommand(string folder, params IEnumerable<string> arguments)
    {
        _start = new("git", ["-C", folder, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.UTF8,
        };
        GitEnvironment.Detach(Environment);
        Environment["LC_ALL"] = "C";
        Environment["GIT_TERMINAL_PROMPT"] = "0";
        // Status refreshes the index as a courtesy to others; a build must not take the lock for that.
        Environment["GIT_OPTIONAL_LOCKS"] = "0";
    }

    public IDictionary<string, string?> Environment => _start.Environment;

    /// <summary>What git prints.</summary>
    /// <exception cref="GitException">It fails.</exception>
    public static GitOutput Ask(string folder, params IEnumerable<string> arguments) => new GitCommand(folder, arguments).RunAsync(CancellationToken.None).GetAwaiter().GetResult().Required();

    /// <exception cref="GitException">It cannot be started.</exception>
    public async Task<GitOutput> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private Process Start()
    {
        try
        {
            return Process.Start(_start) ?? throw new Win32Exception("it does not start");
        }
        catch (Win32Exception missing)
        {
            throw new GitException($"git is not installed on this machine ({missing.Message})", missing);
        }
    }
}
