using System.Text;

namespace Kontrakt.Git;

/// <summary>What git printed.</summary>
/// <param name="Bytes">A character for each byte (Latin-1): names of files are bytes, which need be no text.</param>
/// <param name="Error">In git's own words.</param>
internal sealed record GitOutput(int ExitCode, string Bytes, string Error)
{
    public string Text => Decode(Bytes);

    /// <exception cref="GitException">It failed.</exception>
    public GitOutput Required() => ExitCode == 0 ? this : throw new GitException(Reason(Error));

    /// <summary>Text of a part of <see cref="Bytes"/>.</summary>
    public static string Decode(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    public static string Reason(string error)
    {
        error = error.ReplaceLineEndings(" ").Trim();
        return error.Contains("not a git repository", StringComparison.Ordinal) ? "it is not a git repository"
            : error.Contains("dubious ownership", StringComparison.Ordinal) ? "the repository belongs to another user (git config --global --add safe.directory ...)"
            : error.Length == 0 ? "git failed" : $"git says: {error.TrimEnd('.')}";
    }
}
