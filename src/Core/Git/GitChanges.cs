using Kontrakt.Diagnostics;

namespace Kontrakt.Git;

/// <summary>What differs from a commit: in later commits, in the index, in the working tree, untracked files included and ignored ones not.</summary>
/// <param name="Root">The working tree, a full path without links.</param>
/// <param name="Base">The commit that the comparison is with.</param>
/// <param name="Paths">Full paths; also of what is no longer there. A repository inside of this one is a path without an end.</param>
public sealed record GitChanges(string Root, string Base, IReadOnlyCollection<string> Paths)
{
    /// <summary>Asks git what has changed since a ref and the current commit parted.</summary>
    /// <param name="directory">A folder of the working tree.</param>
    /// <param name="reference">A branch, a tag or a commit.</param>
    /// <param name="own">What this program writes there, which is not a change.</param>
    /// <exception cref="KontraktException">KTR1160: no repository, or no git; KTR1161: no such ref; KTR1162: nothing leads from the one to the other.</exception>
    public static GitChanges Since(string directory, string reference, OwnFiles own)
    {
        var root = Ask(() => GitTree.Root(directory), why => Ktr.SinceWithoutRepository.Error(null, reference, directory, why));
        // One that begins with a dash would be an option.
        var commit = reference.StartsWith('-') ? throw Ktr.SinceUnknown.Error(null, reference, root) : Ask(
            () => GitCommand.Ask(root, "rev-parse", "--verify", "--quiet", $"{reference}^{{commit}}").Text.Trim(),
            _ => Ktr.SinceUnknown.Error(null, reference, root));
        var start = Ask(() => GitCommand.Ask(root, "merge-base", commit, "HEAD").Text.Trim(), _ => Ktr.SinceUnrelated.Error(null, reference, root));
        return Ask(() => new GitChanges(root, start, List(root, start, own)) { Links = ListLinks(root) }, why => Ktr.SinceWithoutRepository.Error(null, reference, directory, why));
    }

    /// <summary>The links that git tracks, by full path.</summary>
    public required IReadOnlyCollection<string> Links { get; init; }

    private static HashSet<string> List(string root, string start, OwnFiles own) =>
    [
        .. Listed(root, GitCommand.Ask(root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", start, "--")),
        .. Listed(root, GitCommand.Ask(root, "ls-files", "--others", "--exclude-standard", "-z")).Where(path => !own.Contain(root, path)),
    ];

    /// <summary>Each entry is "mode object stage TAB path".</summary>
    private static List<string> ListLinks(string root) =>
    [
        .. GitCommand.Ask(root, "ls-files", "--stage", "-z").Text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(entry => entry.StartsWith("120000 ", StringComparison.Ordinal)).Select(entry => Path.Combine(root, entry[(entry.IndexOf('\t', StringComparison.Ordinal) + 1)..])),
    ];

    /// <summary>As .NET would show them: what is not text in a name is replaced, here as in the paths that are compared with them.</summary>
    private static IEnumerable<string> Listed(string root, GitOutput listed) =>
        listed.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(path => Path.Combine(root, path.TrimEnd('/')));

    private static T Ask<T>(Func<T> question, Func<string, KontraktException> refusal)
    {
        try
        {
            return question();
        }
        catch (GitException e)
        {
            throw refusal(e.Message.TrimEnd('.'));
        }
    }
}
