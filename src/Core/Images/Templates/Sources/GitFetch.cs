using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>Fetches a revision of a git repository into a folder that is kept for the next time.</summary>
internal static partial class GitFetch
{
    /// <summary>The folder with the revision's files, and .git beside them. Without submodules.</summary>
    /// <param name="directory">Where fetched repositories are kept.</param>
    /// <exception cref="KontraktException">KTR2040: what git says.</exception>
    public static async Task<string> FetchAsync(TemplateSource.Git source, string directory, IRunLog log, CancellationToken cancellationToken)
    {
        Check(source);
        var folder = Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Url}\n{source.Revision}")))[..16]);
        Directory.CreateDirectory(folder);
        using var git = new GitProcess(folder, source);
        await git.RequireAsync(cancellationToken, "init", "--quiet");
        if (!Commit().IsMatch(source.Revision) || await git.TryAsync(cancellationToken, "rev-parse", "--quiet", "--verify", "HEAD") != source.Revision)
        {
            log.Report(new RunEvent.Progress($"fetching {source.Url} {source.Revision}".TrimEnd()));
            await FetchAsync(git, source.Revision.Length == 0 ? "HEAD" : source.Revision, cancellationToken);
        }
        await git.RequireAsync(cancellationToken, "clean", "--quiet", "-ffdx");
        log.Report(new RunEvent.Detail($"{source.Url} is at {await git.TryAsync(cancellationToken, "rev-parse", "HEAD")}"));
        return folder;
    }

    private static async Task FetchAsync(GitProcess git, string revision, CancellationToken cancellationToken)
    {
        // The one commit; a server that does not give commits by their id, or an abbreviated id, needs everything.
        if (await git.TryAsync(cancellationToken, "fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "--", git.Url, revision) is not null)
        {
            await git.RequireAsync(cancellationToken, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD");
            return;
        }
        if (!Abbreviated().IsMatch(revision))
            throw git.Failed();
        await git.RequireAsync(cancellationToken, "fetch", "--quiet", "--force", "--tags", "--no-recurse-submodules", "--", git.Url, "+refs/heads/*:refs/remotes/origin/*");
        await git.RequireAsync(cancellationToken, "checkout", "--quiet", "--force", "--detach", revision);
    }

    private static void Check(TemplateSource.Git source)
    {
        if (source.Url.Length == 0 || source.Url.StartsWith('-') || Helper().IsMatch(source.Url))
            throw Ktr.GitSourceUnavailable.Error(source.Location, source.Url, "it is not an address of a repository; write https://, ssh://, user@host:path or a path");
        if (Uri.TryCreate(source.Url, UriKind.Absolute, out var url) && (url.UserInfo.Contains(':', StringComparison.Ordinal) || (url.UserInfo.Length > 0 && url.Scheme is "http" or "https")))
            throw Ktr.GitSourceUnavailable.Error(source.Location, $"{url.Scheme}://{url.Host}{url.AbsolutePath}",
                "its address holds a password or a token, which every log would show; leave it out and have git's credential helper, or a Secret with an annotation build.knative.dev/git-0, give it");
        if (source.Revision.StartsWith('-'))
            throw Ktr.GitSourceUnavailable.Error(source.Location, source.Url, $"'{source.Revision}' is not a revision");
    }

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commit();

    [GeneratedRegex(@"\A[0-9a-f]{7,40}\z")]
    private static partial Regex Abbreviated();

    /// <summary>git runs programs for addresses of this form.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9+.-]+::")]
    private static partial Regex Helper();
}
