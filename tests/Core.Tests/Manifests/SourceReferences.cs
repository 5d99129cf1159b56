using System.Diagnostics;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class SourceReferences
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static KontraktSettings Settings(string directory, string? reference = null) =>
        new() { Directory = directory, RunsDirectory = directory, SourceReference = reference };

    private static void Git(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", directory, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE" })
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error);
    }

    private static TempFolder Repository()
    {
        var root = new TempFolder();
        root.Write("a.txt", "a");
        root.Write("sub/b.txt", "b");
        root.Write(".gitignore", "ignored/\n");
        Git(root.Path, "init", "-q");
        Git(root.Path, "add", ".");
        Git(root.Path, "commit", "-qm", "first");
        return root;
    }

    private static string Of(TempFolder root, string below = "") => SourceReference.Resolve(Settings(root.At(below)), Nothing);

    [TestMethod, Timeout(60_000)]
    public void ComeFromTheSettingThenTheEnvironmentThenCi()
    {
        using var root = new TempFolder();
        var environment = new Dictionary<string, string> { ["SOURCE_REFERENCE"] = "env", ["CI_COMMIT_SHA"] = "gitlab", ["GITHUB_SHA"] = " " };

        Assert.AreEqual("set", SourceReference.Resolve(Settings(root.Path, "set"), environment));
        Assert.AreEqual("env", SourceReference.Resolve(Settings(root.Path, ""), environment));
        environment.Remove("SOURCE_REFERENCE");
        Assert.AreEqual("gitlab", SourceReference.Resolve(Settings(root.Path), environment));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("refs/heads/a/b")]
    [DataRow("-x")]
    [DataRow(".x")]
    [DataRow("a b")]
    [DataRow("ä")]
    [DataRow("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void ThatCannotBeTagsAreRefused(string reference)
    {
        var error = Assert.ThrowsExactly<KontraktException>(() => SourceReference.Resolve(Settings("/", reference), Nothing));

        Assert.AreEqual("KTR1010", error.Diagnostics.Single().Code, error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void AreTheCommitOfACleanTree()
    {
        using var root = Repository();
        root.Write("ignored/x.txt", "x");

        var reference = Of(root, "sub");

        Assert.MatchesRegex("^[0-9a-f]{40}$", reference);
    }

    [TestMethod, Timeout(120_000)]
    public void DifferForEveryDifferenceInTheTree()
    {
        using var root = Repository();
        var seen = new HashSet<string> { Of(root) };
        void Note(string change) => Assert.IsTrue(seen.Add(Of(root)), $"{change}: {string.Join(' ', seen)}");

        root.Write("a.txt", "changed");
        Note("content");
        root.Write("new.txt", "1");
        Note("untracked");
        root.Write("new.txt", "2");
        Note("untracked content");
        File.Move(root.At("new.txt"), root.At("new name ä.txt"));
        Note("untracked renamed");
        File.Delete(root.At("sub/b.txt"));
        Note("deleted");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(root.At("a.txt"), File.GetUnixFileMode(root.At("a.txt")) | UnixFileMode.UserExecute);
            Note("mode");
            File.CreateSymbolicLink(root.At("link"), "a.txt");
            Note("link");
        }
        Assert.IsTrue(seen.All(reference => SourceReference.TagProblem(reference) is null), string.Join(' ', seen));
    }

    [TestMethod, Timeout(120_000)]
    public void AreTheSameWhetherAChangeIsStagedOrNot()
    {
        using var root = Repository();
        File.Move(root.At("a.txt"), root.At("moved.txt"));
        root.Write("sub/b.txt", "changed");
        var before = Of(root);

        Git(root.Path, "add", "-A");

        Assert.AreEqual(before, Of(root));
        Assert.Contains("-dirty-", before);
    }

    [TestMethod, Timeout(120_000)]
    public void SeeIntoSubmodulesAndNestedRepositories()
    {
        using var library = Repository();
        using var root = Repository();
        Git(root.Path, "submodule", "add", "-q", library.Path, "module");
        Git(root.Path, "commit", "-qm", "module");
        var seen = new HashSet<string> { Of(root) };

        root.Write("module/a.txt", "changed");
        Assert.IsTrue(seen.Add(Of(root)));
        root.Write("module/a.txt", "changed again");
        Assert.IsTrue(seen.Add(Of(root)));
        root.Write("nested/c.txt", "c");
        Git(root.At("nested"), "init", "-q");
        Assert.IsTrue(seen.Add(Of(root)));
        root.Write("nested/c.txt", "d");
        Assert.IsTrue(seen.Add(Of(root)));
    }

    [TestMethod, Timeout(120_000)]
    public void WorkInAnotherWorkTree()
    {
        using var root = Repository();
        using var other = new TempFolder();
        Git(root.Path, "worktree", "add", "-q", other.At("tree"));

        Assert.AreEqual(Of(root), Of(other, "tree"));
    }

    [TestMethod, Timeout(60_000)]
    public void MissWhereNothingNamesACommit()
    {
        using var root = new TempFolder();
        var place = new SourceLocation("/a.yaml", 3, 4);

        var none = Assert.ThrowsExactly<KontraktException>(() => SourceReference.Resolve(Settings(root.Path), Nothing, place));
        Git(root.Path, "init", "-q");
        var empty = Assert.ThrowsExactly<KontraktException>(() => SourceReference.Resolve(Settings(root.Path), Nothing, place));

        Assert.AreEqual(("KTR1008", place), (none.Diagnostics.Single().Code, none.Diagnostics.Single().Location), none.Message);
        Assert.Contains("no git repository", none.Message);
        Assert.Contains("no commit yet", empty.Message);
    }
}
