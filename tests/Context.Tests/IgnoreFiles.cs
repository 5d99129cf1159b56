using Kontrakt.Context.Ignoring;
using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>.dockerignore as Docker reads it: the last pattern that matches a path, or a folder above it, decides.</summary>
[TestClass]
public sealed class IgnoreFiles
{
    [TestMethod, Timeout(60_000)]
    [DataRow("**", "dir/file", true)]
    [DataRow("**/", "file", true)]
    [DataRow("**/**", "dir/file", true)]
    [DataRow("dir/**", "dir/dir2/file", true)]
    [DataRow("dir/**", "dir", false)]
    [DataRow("**/dir", "dir", true)]
    [DataRow("**/dir", "a/b/dir", true)]
    [DataRow("**/dir", "xdir", false)]
    [DataRow("**/dir2/*", "dir/dir2/file", true)]
    [DataRow("**/dir2/**", "dir/dir2/dir3/file", true)]
    [DataRow("**file", "dir/xfile", true)]
    [DataRow("**/file*txt", "dir/dir/file.txt", true)]
    [DataRow("**/*.txt", "file.txt", true)]
    [DataRow("a**/*.txt", "a/dir/dir/file.txt", true)]
    [DataRow("a/*.txt", "a/dir/file.txt", false)]
    [DataRow("a/*.txt**", "a/file.txt", true)]
    [DataRow("*", ".hidden", true)]
    [DataRow("*", "a/b", false)]
    [DataRow("*.txt", "a.TXT", false)]
    [DataRow("abc.def", "abcZdef", false)]
    [DataRow("abc?def", "abcZdef", true)]
    [DataRow("abc?def", "abc/def", false)]
    [DataRow("a?b", "a☺b", true)]
    [DataRow("a?b", "a😀b", true)]
    [DataRow("a[b-d]e", "ace", true)]
    [DataRow("a[b-d]e", "aae", false)]
    [DataRow("a[^b-d]e", "aze", true)]
    [DataRow("a[^b-d]e", "ace", false)]
    [DataRow(@"[\]a]", "]", true)]
    [DataRow(@"[x\-]", "-", true)]
    [DataRow(@"[x\-]", "z", false)]
    [DataRow(@"a\*b", "a*b", true)]
    [DataRow(@"a\*b", "axb", false)]
    [DataRow("a(b)c/d+e$", "a(b)c/d+e$", true)]
    [DataRow("/root", "root", true)]
    [DataRow("./a//b/", "a/b", true)]
    [DataRow("a/../b", "b", true)]
    [DataRow("../b", "b", false)]
    [DataRow("  spaced name  ", "spaced name", true)]
    public void MatchLikeDocker(string pattern, string path, bool matches) => Assert.AreEqual(matches, IgnorePattern.Parse(pattern).Matches(path));

    [TestMethod, Timeout(60_000)]
    [DataRow("docs\n!docs/README.md", "docs/README.md", false)]
    [DataRow("docs/\n!docs/README.md", "docs/other", true)]
    [DataRow("docs/*\n!docs/README.md", "docs/README.md", false)]
    [DataRow("!fileutils.go\n*.go", "fileutils.go", true)]
    [DataRow("**\n!util/docker/web", "util/docker/web/foo", false)]
    [DataRow("**\n!util/docker/web\nutil/docker/web/foo", "util/docker/web/foo", true)]
    [DataRow("*\n!a\na/b\n!a/b/c", "a/b/c", false)]
    [DataRow("*\n!a\na/b\n!a/b/c", "a/b/d", true)]
    [DataRow("*\n! keep", "keep/x", false)]
    [DataRow("*\n!/keep", "keep/x", false)]
    [DataRow("**\n!**/*.cs", "deep/er/a.cs", false)]
    public void GoByTheLastThatMatches(string patterns, string path, bool leftOut)
    {
        var rules = new IgnoreRules([.. patterns.Split('\n').Select(IgnorePattern.Parse)]);

        bool[]? above = null;
        var names = path.Split('/');
        var last = false;
        for (var depth = 1; depth <= names.Length; depth++)
            last = rules.LeavesOut(string.Join('/', names[..depth]), above, out above);

        Assert.AreEqual(leftOut, last);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeaveOutAndTakeBackIn()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(".dockerignore", "\uFEFF# a comment\n\n  \nlogs\n  *.tmp  \n#not a comment? it is\nout/**\n!out/keep/*.txt\n!nothing\r\n");
        foreach (var path in new[] { "a.tmp", "logs/x", "logs/deep/y", "out/gone", "out/keep/a.txt", "out/keep/b.bin", "#not a comment? it is", "src/a.tmp" })
            sandbox.Write(path);

        var result = await sandbox.PushAsync();

        Assert.AreEqual("#not a comment? it is .dockerignore out/ out/keep/ out/keep/a.txt src/ src/a.tmp", await sandbox.LayerAsync(result));
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfADockerfileGoBeforeTheCommonOne()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(".dockerignore", "*");
        sandbox.Write("build/App.Dockerfile", "FROM scratch");
        sandbox.Write("build/App.Dockerfile.dockerignore", "build\nb");
        sandbox.Write("a");
        sandbox.Write("b");

        var result = await sandbox.PushAsync(request => request with { Dockerfile = sandbox.At("build/App.Dockerfile") });

        Assert.AreEqual(".dockerignore a build/ build/App.Dockerfile build/App.Dockerfile.dockerignore", await sandbox.LayerAsync(result));
    }

    [TestMethod, Timeout(60_000)]
    public async Task NeverLeaveOutWhatTheBuilderNeeds()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(".dockerignore", "**");
        sandbox.Write("Dockerfile");
        sandbox.Write("a");

        Assert.AreEqual(".dockerignore Dockerfile", await sandbox.LayerAsync(await sandbox.PushAsync()));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("App.csproj", null, "App.csproj src/ src/a.cs")]
    [DataRow("App.slnx", null, "App.slnx src/ src/a.cs")]
    [DataRow("App.csproj", false, ".git/ .git/HEAD App.csproj bin/ bin/a.dll obj/ obj/b src/ src/a.cs src/obj/ src/obj/c")]
    [DataRow("README", null, ".git/ .git/HEAD README bin/ bin/a.dll obj/ obj/b src/ src/a.cs src/obj/ src/obj/c")]
    [DataRow("README", true, "README src/ src/a.cs")]
    public async Task AreAddedToByDefaultForProjects(string file, bool? leaveOut, string expected)
    {
        await using var sandbox = await Sandbox.StartAsync();
        foreach (var path in new[] { file, ".git/HEAD", "bin/a.dll", "obj/b", "src/a.cs", "src/obj/c" })
            sandbox.Write(path);

        Assert.AreEqual(expected, await sandbox.LayerAsync(await sandbox.PushAsync(request => request with { LeaveOutBuilds = leaveOut })));
    }

    [TestMethod, Timeout(60_000)]
    public async Task TakeBackInWhatIsLeftOutByDefault()
    {
        await using var sandbox = await Sandbox.StartAsync();
        foreach (var path in new[] { "App.csproj", "bin/a.dll", "bin/tool" })
            sandbox.Write(path);
        sandbox.Write(".dockerignore", "!bin/tool");

        Assert.AreEqual(".dockerignore App.csproj bin/ bin/tool", await sandbox.LayerAsync(await sandbox.PushAsync()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task WithPatternsThatAreNoneAreErrorsAtTheirLines()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(".dockerignore", "fine\n[a\n!\n[]a]\nx\\\n[b-a]\n[a-b-c]");

        var problems = await sandbox.FailAsync();

        CollectionAssert.AreEqual(new[] { 2, 3, 4, 5, 6, 7 }, problems.Select(problem => problem.Location?.Line).ToArray());
        Assert.IsTrue(problems.All(problem => problem.Code == "KTR5006" && problem.Location?.File == sandbox.At(".dockerignore")));
        Assert.AreEqual(0, sandbox.Registry.Count("POST", "team/app"));
    }
}
