using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Manifests;

/// <summary>Git cannot say which commit is there; the message says why.</summary>
internal sealed class GitException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Names the state of a git working tree.</summary>
internal static class GitTree
{
    /// <summary>Set inside of git's own hooks; they would make another repository look like the outer one.</summary>
    private static readonly string[] RepositoryVariables = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

    /// <summary>The commit; with "-dirty-" and a hash of what differs from it where something does.</summary>
    /// <param name="directory">Any folder of the working tree.</param>
    /// <exception cref="GitException">No git, no repository, no commit.</exception>
    public static string Describe(string directory) => Describe(directory, nested: false);

    private static string Describe(string directory, bool nested)
    {
        var root = Run(directory, nested, "rev-parse", "--show-toplevel").TrimEnd('\n', '\r');
        if (root.Length == 0)
            throw new GitException("it is in a repository without a working tree");
        var status = Run(root, nested, "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames", "--ignore-submodules=none");
        var commit = "";
        var changes = new SortedDictionary<string, Change>(StringComparer.Ordinal);
        foreach (var record in status.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (record.StartsWith("# branch.oid ", StringComparison.Ordinal))
                commit = record["# branch.oid ".Length..];
            else if (Change.Parse(record) is { } change)
                changes[change.Path] = change;
        if (commit is "" or "(initial)" && !nested)
            throw new GitException("its repository has no commit yet");
        return changes.Count == 0 ? commit : $"{commit}-dirty-{Hash(root, changes.Values)}";
    }

    private static string Hash(string root, IEnumerable<Change> changes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var change in changes)
        {
            var (mode, content) = Read(Path.Combine(root, change.Path), change.IsRepository);
            hash.AppendData(Encoding.UTF8.GetBytes($"{change.Path}\0{mode}\0"));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>The state of a path in the working tree, whether it was staged or not: as git's modes, with the hash of its content.</summary>
    private static (string Mode, byte[] Content) Read(string path, bool isRepository)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is { } target)
                return ("120000", SHA256.HashData(Encoding.UTF8.GetBytes(target)));
            if (isRepository || Directory.Exists(path))
                return ("160000", SHA256.HashData(Encoding.UTF8.GetBytes(DescribeNested(path))));
            if (!file.Exists)
                return ("deleted", []);
            var executable = !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
            using var stream = file.OpenRead();
            return (executable ? "100755" : "100644", SHA256.HashData(stream));
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw new GitException($"'{path}' differs from the commit and cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>A submodule, or a repository inside of this one that git reports as one untracked folder.</summary>
    private static string DescribeNested(string path) => Directory.Exists(path) && Path.Exists(Path.Combine(path, ".git")) ? Describe(path, nested: true) : "empty";

    /// <summary>What git prints.</summary>
    /// <exception cref="GitException">It cannot be started, or fails.</exception>
    internal static string Run(string directory, bool nested, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", directory, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C";
        // Status refreshes the index as a courtesy to others; a build must not take the lock for that.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        if (nested)
            foreach (var name in RepositoryVariables)
                start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start) ?? throw new GitException("git cannot be started");
            process.StandardInput.Close();
            var error = new StringBuilder();
            process.ErrorDataReceived += (_, line) => error.Append(line.Data).Append(' ');
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new GitException(Reason(error.ToString()));
        }
        catch (Win32Exception fault)
        {
            throw new GitException("git is not installed", fault);
        }
    }

    private static string Reason(string error)
    {
        error = error.Trim();
        return error.Contains("not a git repository", StringComparison.Ordinal) ? "it is no git repository"
            : error.Contains("dubious ownership", StringComparison.Ordinal) ? "the repository belongs to another user (git config --global --add safe.directory ...)"
            : error.Length == 0 ? "git failed" : $"git says: {error.TrimEnd('.')}";
    }

    /// <summary>A path that differs from the commit.</summary>
    private sealed record Change(string Path, bool IsRepository)
    {
        /// <summary>Reads a record of "git status --porcelain=v2 -z --no-renames"; null for a header.</summary>
        public static Change? Parse(string record) => record[0] switch
        {
            '1' => new(After(record, spaces: 8), record.Split(' ', 4)[2][0] == 'S'),
            'u' => new(After(record, spaces: 10), record.Split(' ', 4)[2][0] == 'S'),
            '?' => new(record[2..].TrimEnd('/'), record.EndsWith('/')),
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
}
