using System.Text.RegularExpressions;

namespace Kontrakt.Git;

/// <summary>Where a git repository was cloned from.</summary>
internal static partial class GitOrigin
{
    /// <summary>Its address, without user, password and query; null where there is none that others could use.</summary>
    public static string? Of(string directory)
    {
        try
        {
            return Clean(GitCommand.Ask(directory, "config", "--get", "remote.origin.url").Text.Trim());
        }
        catch (GitException)
        {
            // No git, no repository, no remote: then there is nothing to name.
            return null;
        }
    }

    internal static string? Clean(string url)
    {
        if (ScpLike().Match(url) is { Success: true } scp)
            return $"ssh://{scp.Groups["host"].Value}/{scp.Groups["path"].Value.TrimStart('/')}";
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "ssh" or "git"
            ? address.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped) : null;
    }

    // user@host:path, as ssh and git have it.
    [GeneratedRegex("^(?:[^/@]+@)(?<host>[^/:@]+):(?<path>[^:].*)$")]
    private static partial Regex ScpLike();
}
