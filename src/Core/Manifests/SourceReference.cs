using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Settings;

namespace Kontrakt.Manifests;

/// <summary>
/// The tag of everything that is built: SOURCE_REFERENCE, else CI's own commit variable, else what git says of the working tree. Where nothing was committed
/// yet and no registry is named, dev- and a hash of the folder's files.
/// </summary>
public static class SourceReference
{
    /// <summary>Where CI systems name the commit they build, in the order they are asked.</summary>
    public static IReadOnlyList<string> CommitVariables { get; } =
    [
        "GITHUB_SHA", "CI_COMMIT_SHA", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT", "CIRCLE_SHA1", "TRAVIS_COMMIT", "GIT_COMMIT", "DRONE_COMMIT_SHA",
        "CI_COMMIT", "BUILDKITE_COMMIT", "CODEBUILD_RESOLVED_SOURCE_VERSION", "APPVEYOR_REPO_COMMIT", "BUILD_VCS_NUMBER", "SEMAPHORE_GIT_SHA",
        "CF_REVISION", "COMMIT_SHA",
    ];

    /// <summary>
    /// A valid image tag. From git: the commit when the working tree is clean, else commit-dirty-hash, where the hash is over every changed and
    /// every untracked file that is not ignored (path, mode, content): equal trees get equal tags, different ones different tags. What this program writes itself does not count.
    /// </summary>
    /// <param name="environment">Environment variables; SOURCE_REFERENCE and <see cref="CommitVariables"/> are looked at.</param>
    /// <param name="place">What needs it, for the error.</param>
    /// <exception cref="KontraktException">KTR1008: neither set nor derivable. KTR1010: what was set cannot be a tag; it is not altered silently.</exception>
    public static string Resolve(KontraktSettings settings, IReadOnlyDictionary<string, string> environment, SourceLocation? place = null)
    {
        var given = Given(settings.SourceReference) ?? Given(environment.GetValueOrDefault("SOURCE_REFERENCE"))
            ?? CommitVariables.Select(name => Given(environment.GetValueOrDefault(name))).FirstOrDefault(text => text is not null);
        if (given is not null)
            return TagProblem(given) is { } problem ? throw Ktr.InvalidTag.Error(place, given, problem) : given;
        try
        {
            return GitTree.Describe(settings.Directory, OwnFiles.Of(settings));
        }
        catch (GitException fault) when (fault.IsUntracked && settings is { Repository: null, PushRepository: null } && FolderContent.Describe(RealPath.Of(settings.Directory), OwnFiles.Of(settings)) is { } content)
        {
            // Images can only go to the engine's own registry, where nobody else sees the tag.
            return content;
        }
        catch (GitException fault)
        {
            throw Ktr.SourceReferenceMissing.Error(fault, place, settings.Directory, fault.Message);
        }
    }

    /// <summary>Whether it is a hash of one folder's content: what is built from elsewhere may differ where it is equal.</summary>
    public static bool IsOfOneFolder(string reference) => reference.StartsWith(FolderContent.Prefix, StringComparison.Ordinal);

    /// <summary>Why a text cannot be an image tag (distribution/reference: at most 128 of letters, digits, '_', '.', '-', not beginning with '.' or '-'); null when it can.</summary>
    public static string? TagProblem(string text)
    {
        var wrong = text.FirstOrDefault(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '.' or '-'));
        return wrong != default ? $"it holds '{wrong}'"
            : text.Length == 0 ? "it is empty"
            : text.Length > 128 ? $"it has {text.Length} characters"
            : text[0] is '.' or '-' ? $"it begins with '{text[0]}'"
            : null;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
