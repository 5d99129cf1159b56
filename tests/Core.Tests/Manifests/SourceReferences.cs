using System.Diagnostics;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class SourceReferences
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static KontraktSettings Settings(string directory, string? reference = null) =>
        new() { Directory = directory, RunsDirectory = Path.Combine(directory, "runs"), SourceReference = reference };

    private static void Git(string directory, params string[] arguments) =>
        Run(["git", "-C", directory, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", .. arguments]);

    /// <summary>Names that are no text: printf writes bytes, .NET does not.</summary>
    private static void Shell(string directory, string script) => Run(["sh", "-euc", script], directory);

    private static void Run(string[] command, string? directory = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory ?? "" };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output.Result + error);
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
    [OSCondition(OperatingSystems.Linux)]
    public void DifferForNamesAndTargetsThatAreNoText()
    {
        using var root = Repository();
        var seen = new HashSet<string> { Of(root) };
        void Note(string change, string script)
        {
            Shell(root.Path, script);
            Assert.IsTrue(seen.Add(Of(root)), $"{change}: {string.Join(' ', seen)}");
        }

        Note("untracked", @"printf one >""$(printf 'f\377')""");
        Note("content", @"printf two >""$(printf 'f\377')""");
        Note("renamed to another that is no text", @"mv ""$(printf 'f\377')"" ""$(printf 'f\376')""");
        Note("mode", @"chmod +x ""$(printf 'f\376')""");
        Note("in a folder that is no text", @"mkdir ""$(printf 'd\377')""; printf 1 >""$(printf 'd\377/g')""");
        Note("its content", @"printf 2 >""$(printf 'd\377/g')""");
        Note("link", @"ln -s ""$(printf '\377')"" l");
        Note("target", @"ln -sf ""$(printf '\376')"" l");
        Note("link that is no text", @"ln -s a ""$(printf 'l\377')""");
        Note("its target", @"ln -sf b ""$(printf 'l\377')""");
        Note("a repository in a folder that is no text", @"git init -q ""$(printf 'r\377')""; printf 1 >""$(printf 'r\377/h')""");
        Note("its content", @"printf 2 >""$(printf 'r\377/h')""");
        Git(root.Path, "add", "d*", "f*", "l*");
        Git(root.Path, "commit", "-qm", "no text");
        Note("committed", "");
        Note("content of a tracked one", @"printf three >""$(printf 'f\376')""");
        Note("a tracked one is gone", @"rm ""$(printf 'f\376')""");
        // .NET cannot remove what it cannot name.
        Shell(root.Path, "rm -r d* r* l*");
    }

    [TestMethod, Timeout(120_000), DoNotParallelize]
    public void SeeContentInAHookOfALinkedWorkTree()
    {
        using var root = Repository();
        using var other = new TempFolder();
        Git(root.Path, "worktree", "add", "-q", other.At("tree"));
        other.Write("tree/sub/b.txt", "changed");
        var outside = Of(other, "tree/sub");
        var variables = new Dictionary<string, string?>
        {
            ["GIT_DIR"] = root.At(".git/worktrees/tree"),
            ["GIT_INDEX_FILE"] = root.At(".git/worktrees/tree/index"),
            ["GIT_PREFIX"] = "sub/",
            ["GIT_WORK_TREE"] = null,
        };

        // As git has them in a hook, while this runs; what this class runs itself takes them out again.
        var before = variables.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            Assert.AreEqual(outside, Of(other, "tree/sub"));
            other.Write("tree/sub/b.txt", "changed again");
            Assert.AreNotEqual(outside, Of(other, "tree/sub"));
        }
        finally
        {
            foreach (var (name, value) in before)
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    [TestMethod, Timeout(120_000)]
    public void StayWhenWhatIsWrittenIsThisProgramsOwn()
    {
        using var root = Repository();
        root.Write("src/Api/Api.csproj", "<Project />");
        var settings = Settings(root.Path) with
        {
            RunsDirectory = root.At("elsewhere/runs"),
            EngineDirectory = root.At("engine"),
            VerdictCache = root.At("kept"),
            JUnit = root.At("out/junit.xml"),
            Trx = root.At("t.trx"),
            Html = root.At("r.html"),
            Markdown = root.At("r.md"),
            StepSummary = root.At("summary"),
            StepOutput = root.At("output"),
            Results = root.At("."),
            ImageOutput = root.At("images"),
        };
        var before = SourceReference.Resolve(settings, Nothing);

        foreach (var own in new[] { "elsewhere/runs/1/run.json", "engine/store/blob", "kept/1.json", "out/junit.xml", "t.trx", "r.html", "r.md", "summary", "output", "IMAGE_URL", "images/api/index.json",
            "src/Api/obj/kontrakt/image-1.json", "src/Api/bin/Debug/Api.dll" })
            root.Write(own, "x");

        Assert.AreEqual(before, SourceReference.Resolve(settings, Nothing));
        foreach (var other in new[] { "elsewhere/more.txt", "out/notes.xml", "bin/script", "src/obj/x", "images/index.json" })
        {
            root.Write(other, "x");
            var after = SourceReference.Resolve(settings, Nothing);
            Assert.AreNotEqual(before, after, other);
            before = after;
        }
    }

    [TestMethod, Timeout(120_000)]
    public void DifferInACloneBelowWhatAProjectBuilds()
    {
        using var root = new TempFolder();
        root.Write("Api.csproj", "<Project />");
        root.Write("obj/clone/a.txt", "a");
        Git(root.At("obj/clone"), "init", "-q");
        Git(root.At("obj/clone"), "add", ".");
        Git(root.At("obj/clone"), "commit", "-qm", "first");
        var before = Of(root, "obj/clone");

        root.Write("obj/clone/new.txt", "x");

        Assert.AreNotEqual(before, Of(root, "obj/clone"));
    }

    [TestMethod, Timeout(120_000)]
    public void DifferWhereTheRunsDirectoryHoldsTheSources()
    {
        using var root = Repository();
        var settings = Settings(root.At("sub")) with { RunsDirectory = root.Path };
        var before = SourceReference.Resolve(settings, Nothing);

        root.Write("sub/new.txt", "x");

        Assert.AreNotEqual(before, SourceReference.Resolve(settings, Nothing));
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

        var settings = Settings(root.Path) with { Repository = "registry.example.com/team" };

        var none = Assert.ThrowsExactly<KontraktException>(() => SourceReference.Resolve(settings, Nothing, place));
        Git(root.Path, "init", "-q");
        var empty = Assert.ThrowsExactly<KontraktException>(() => SourceReference.Resolve(settings, Nothing, place));

        Assert.AreEqual(("KTR1008", place), (none.Diagnostics.Single().Code, none.Diagnostics.Single().Location), none.Message);
        Assert.Contains("not a git repository", none.Message);
        Assert.Contains("no commit yet", empty.Message);
    }

    /// <summary>A first try in a new folder: whatever is built can only go to the engine's registry.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreOfTheFilesWhereNothingWasCommittedAndNoRegistryIsNamed()
    {
        using var root = new TempFolder();
        root.Write("App/App.csproj", "<Project />");
        root.Write("App/Program.cs", "return 0;");
        var first = Of(root);

        foreach (var own in new[] { "App/obj/project.assets.json", "App/bin/App.dll", "runs/1/run.json", ".git/HEAD", "node_modules/a/index.js" })
            root.Write(own);
        Assert.AreEqual(first, Of(root));
        Assert.IsTrue(first.StartsWith("dev-", StringComparison.Ordinal) && SourceReference.TagProblem(first) is null, first);
        root.Write("App/Program.cs", "return 1;");
        var edited = Of(root);
        File.Move(root.At("App/Program.cs"), root.At("App/Main.cs"));
        var moved = Of(root);
        Directory.Delete(root.At(".git"), recursive: true);
        Git(root.Path, "init", "-q");
        Assert.AreEqual(moved, Of(root), "a repository without a commit");
        Assert.HasCount(3, new[] { first, edited, moved }.Distinct().ToList());
        Git(root.Path, "add", "App");
        Git(root.Path, "commit", "-qm", "first");
        Assert.DoesNotStartWith("dev-", Of(root));
    }
}
