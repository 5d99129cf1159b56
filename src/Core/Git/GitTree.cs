using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Kontrakt.Diagnostics;

namespace Kontrakt.Git;

/// <summary>Names the state of a git working tree.</summary>
internal static class GitTree
{
    /// <summary>The commit; with "-dirty-" and a hash of what differs from it where something does.</summary>
    /// <param name="directory">Any folder of the working tree.</param>
    /// <param name="own">What this program writes there, which is not a difference.</param>
    /// <exception cref="GitException">No git, no repository, no commit.</exception>
    public static string Describe(string directory, OwnFiles own) => Describe(Root(directory), nested: false, own);

    /// <summary>The working tree that a folder is in.</summary>
    /// <exception cref="GitException">No git, no repository, no working tree.</exception>
    public static string Root(string directory)
    {
        var root = GitCommand.Ask(directory, "rev-parse", "--show-toplevel").Bytes.TrimEnd('\n', '\r');
        if (root.Length == 0)
            throw new GitException("it is in a repository without a working tree");
        return Utf8.IsValid(Encoding.Latin1.GetBytes(root)) ? GitOutput.Decode(root) : throw new GitException("the path of its repository is not UTF-8");
    }

    private static string Describe(string root, bool nested, OwnFiles own)
    {
        var status = GitCommand.Ask(root, "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames", "--ignore-submodules=none").Bytes;
        var commit = "";
        var changes = new SortedDictionary<string, GitChange>(StringComparer.Ordinal);
        foreach (var record in status.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (record.StartsWith("# branch.oid ", StringComparison.Ordinal))
                commit = record["# branch.oid ".Length..];
            else if (GitChange.Parse(record) is { } change && !(change.IsUntracked && own.Contain(root, Path.Combine(root, GitOutput.Decode(change.Path)))))
                changes[change.Path] = change;
        if (commit is "" or "(initial)" && !nested)
            throw new GitException("its repository has no commit yet") { IsUntracked = true };
        return changes.Count == 0 ? commit : $"{commit}-dirty-{Hash(root, changes.Values, own)}";
    }

    private static string Hash(string root, IEnumerable<GitChange> changes, OwnFiles own)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var change in changes)
        {
            var name = Encoding.Latin1.GetBytes(change.Path);
            var (mode, content) = Read([.. Encoding.UTF8.GetBytes(root), (byte)'/', .. name], change, own);
            hash.AppendData([.. name, 0, .. Encoding.UTF8.GetBytes(mode), 0, .. content]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>The state of a path in the working tree, whether it was staged or not: as git's modes, with the hash of its content.</summary>
    private static (string Mode, byte[] Content) Read(byte[] path, GitChange change, OwnFiles own)
    {
        try
        {
            if (RawPath.LinkTarget(path) is { } target)
                return ("120000", SHA256.HashData(target));
            using var usable = RawPath.Usable(path);
            if (usable is null)
                return ("deleted", []);
            if (change.IsRepository || Directory.Exists(usable.Text))
                return ("160000", SHA256.HashData(Encoding.UTF8.GetBytes(DescribeNested(usable.Text, own))));
            var file = new FileInfo(usable.Text);
            if (!file.Exists)
                return ("deleted", []);
            using var stream = new FileStream(usable.Text, FileMode.Open, FileAccess.Read);
            var executable = !OperatingSystem.IsWindows() && File.GetUnixFileMode(stream.SafeFileHandle).HasFlag(UnixFileMode.UserExecute);
            return (executable ? "100755" : "100644", SHA256.HashData(stream));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"'{Encoding.UTF8.GetString(path)}' differs from the commit and cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>A submodule, or a repository inside of this one that git reports as one untracked folder.</summary>
    private static string DescribeNested(string path, OwnFiles own) => Directory.Exists(path) && Path.Exists(Path.Combine(path, ".git")) ? Describe(path, nested: true, own) : "empty";
}

/// <summary>A path that differs from the commit.</summary>
/// <param name="Path">From the root; a character for each byte.</param>
/// <param name="IsRepository">A submodule, or a repository that git does not look into.</param>
internal sealed record GitChange(string Path, bool IsRepository, bool IsUntracked)
{
    /// <summary>Reads a record of "git status --porcelain=v2 -z --no-renames"; null for a header.</summary>
    public static GitChange? Parse(string record) => record[0] switch
    {
        '1' => new(After(record, spaces: 8), record.Split(' ', 4)[2][0] == 'S', IsUntracked: false),
        'u' => new(After(record, spaces: 10), record.Split(' ', 4)[2][0] == 'S', IsUntracked: false),
        '?' => new(record[2..].TrimEnd('/'), record.EndsWith('/'), IsUntracked: true),
        _ => null,
    };

    private static string After(string record, int spaces)
    {
        var at = 0;
        for (; spaces > 0; spaces--)
            at = record.IndexOf(' ', at) + 1;
        return record[at..];
    }
}
