using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Since;

/// <summary>Which kontrakts have changed since a ref: by their manifests, and by what their images are built from.</summary>
[TestClass]
public sealed class Changes : IDisposable
{
    private readonly GitFolder _git = new();

    [TestInitialize]
    public void Make()
    {
        Write("Directory.Build.props", "<Project />");
        Write("shared/Code.cs");
        Write("src/Lib/Lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Write("src/Lib/Lib.cs");
        Write("src/Api/Api.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><ProjectReference Include=\"..\\Lib\\Lib.csproj\" /><Compile Include=\"$(MSBuildThisFileDirectory)../../shared/**/*.cs\" /></ItemGroup></Project>");
        Write("src/Api/Program.cs");
        Write("src/Web/Dockerfile", "FROM scratch\n");
        Write("src/Web/index.html");
        Write("src/Other/Other.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Write("api-kontrakt/test.yaml", Pod("../src/Api"));
        Write("web-kontrakt/test.yaml", Pod("../src/Web"));
        Write("plain-kontrakt/test.yaml", Pod("registry.example/x:1"));
        Write(".gitignore", "obj/\nignored*\n");
        _git.Commit();
        _git.Git("branch", "base");
    }

    public void Dispose() => _git.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("api-kontrakt/deep/notes.txt", "api")]
    [DataRow("plain-kontrakt/notes.txt", "plain")]
    [DataRow("src/Api/Program.cs", "api")]
    [DataRow("src/Lib/Lib.cs", "api", DisplayName = "a referenced project")]
    [DataRow("shared/deep/More.cs", "api", DisplayName = "a file that is included from elsewhere")]
    [DataRow("Directory.Build.props", "api")]
    [DataRow("src/Directory.Packages.props", "api", DisplayName = "a new file above the project")]
    [DataRow("src/Web/index.html", "web")]
    [DataRow("src/Other/Other.cs", "")]
    [DataRow("README.md", "")]
    [DataRow("src/Api/obj/x", "", DisplayName = "an ignored file")]
    public void SelectKontrakts(string file, string expected)
    {
        Write(file, "<Project><!-- changed --></Project>");
        Assert.AreEqual(expected, Changed(), "untracked, or not committed");

        _git.Git("add", "--all");
        Assert.AreEqual(expected, Changed(), "in the index");

        Write("else.txt");
        _git.Commit();
        Assert.AreEqual(expected, Changed(), "committed");
    }

    [TestMethod, Timeout(60_000)]
    public void CountWhereAFileIsGone()
    {
        File.Delete(_git.Files.At("src/Lib/Lib.cs"));

        Assert.AreEqual("api", Changed());
    }

    [TestMethod, Timeout(60_000)]
    public void CountFromWhereTheBranchesParted()
    {
        _git.Git("checkout", "-q", "base");
        Write("web-kontrakt/test.yaml", Pod("../src/Web") + "# on the other branch\n");
        _git.Commit();
        _git.Git("checkout", "-q", "-");
        Write("plain-kontrakt/more.yaml", Pod("registry.example/x:2").Replace("smoke", "more", StringComparison.Ordinal));

        Assert.AreEqual("plain", Changed());
    }

    [TestMethod, Timeout(60_000)]
    public void OfAnythingCountWhereAPathDependsOnAProperty()
    {
        Write("src/Lib/Lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><Compile Include=\"$(Elsewhere)/x.cs\" /></ItemGroup></Project>");
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Assert.AreEqual("", Changed());

        Write("README.md");
        Assert.AreEqual("api", Changed());
    }

    [TestMethod, Timeout(60_000)]
    public void OfWhatAKustomizationTakesFromElsewhereCount()
    {
        Write("base/kustomization.yaml", "resources: [pod.yaml, ../deeper]\n");
        Write("deeper/pod.yaml");
        Write("k-kontrakt/kustomization.yaml", "resources:\n  - ../base\n");
        var rendered = Write("k-kontrakt/obj/rendered.yaml", Pod("registry.example/k:1"));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        var kontrakt = ManifestReader.Read(new("k-kontrakt", _git.Files.At("k-kontrakt"), [rendered], _git.Files.At("k-kontrakt/kustomization.yaml")));

        Assert.AreEqual("", Changed([kontrakt], []));
        Write("deeper/pod.yaml", "changed: true");
        Assert.AreEqual("k", Changed([kontrakt], []));
    }

    [TestMethod, Timeout(60_000)]
    public void AreFoundThroughLinks()
    {
        var link = _git.Root + "-link";
        Directory.CreateSymbolicLink(link, _git.Root);
        try
        {
            Write("src/Lib/Lib.cs", "changed");

            Assert.AreEqual("api", Changed(Read(link), [], link));
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [TestMethod, Timeout(60_000)]
    public void OfItemsCountWhereAManifestNamesTheRepositoryOrADockerfileMayStandOnThem()
    {
        Write("named-kontrakt/test.yaml", Pod("${KO_DOCKER_REPO}/other:${kontrakt.sourceReference}"));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Write("src/Other/Other.cs", "changed");

        Assert.AreEqual("named web", Changed(Read(_git.Root), [new(_git.Files.At("src/Other/Other.csproj"))]));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("src/Thing/file", "by maker upper")]
    [DataRow("src/Upper/file", "maker upper", DisplayName = "with the kontrakt that builds what it needs")]
    [DataRow("by-kontrakt/file", "by maker")]
    [DataRow("src/Lone/file", "lone")]
    public void OfAnImageThatAnotherKontraktBuildsCountWhereItsRepositoryIsNamed(string file, string expected)
    {
        Write("src/Thing/Dockerfile", "FROM scratch\nCOPY . /\n");
        Write("src/Upper/Dockerfile", "FROM ${KO_DOCKER_REPO}/thing\n");
        Write("src/Lone/Dockerfile", "FROM scratch\n");
        Write("maker-kontrakt/test.yaml", Pod("../src/Thing"));
        Write("upper-kontrakt/test.yaml", Pod("../src/Upper"));
        Write("lone-kontrakt/test.yaml", Pod("../src/Lone"));
        Write("by-kontrakt/test.yaml", Pod("${KO_DOCKER_REPO}/thing:${kontrakt.sourceReference}"));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Assert.AreEqual("", Changed());

        Write(file, "changed");

        Assert.AreEqual(expected, Changed());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("ARG NAME=thing\nFROM ${KO_DOCKER_REPO}/${NAME}\n", "maker upper")]
    [DataRow("ARG NAME=thing\nFROM ${KO_DOCKER_REPO}/team-$NAME\n", "maker upper")]
    [DataRow("ARG NAME=1\nFROM ${KO_DOCKER_REPO}/x:$NAME\n", "maker", DisplayName = "a composed tag")]
    public void OfAnImageWhoseNameADockerfileComposesCount(string dockerfile, string expected)
    {
        Directory.Delete(_git.Files.At("api-kontrakt"), recursive: true);
        Directory.Delete(_git.Files.At("web-kontrakt"), recursive: true);
        Write("src/Thing/Dockerfile", "FROM scratch\nCOPY . /\n");
        Write("src/Upper/Dockerfile", dockerfile);
        Write("maker-kontrakt/test.yaml", Pod("../src/Thing"));
        Write("upper-kontrakt/test.yaml", Pod("../src/Upper"));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Assert.AreEqual("", Changed());

        Write("src/Thing/file", "changed");

        Assert.AreEqual(expected, Changed());
    }

    [TestMethod, Timeout(60_000)]
    public void OutsideOfTheRepositoryAlwaysCount()
    {
        using var elsewhere = new TempFolder();
        elsewhere.Write("Dockerfile", "FROM scratch\n");
        Write("plain-kontrakt/test.yaml", Pod($"dockerfile://{elsewhere.At("Dockerfile")}"));
        _git.Commit();
        _git.Git("branch", "-f", "base");

        Assert.AreEqual("plain", Changed());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("templates/mine.yaml", "made")]
    [DataRow("made-kontrakt/build.yaml", "made")]
    [DataRow("README.md", "")]
    public void OfTemplatesThatABuildDocumentUsesCount(string file, string expected)
    {
        const string template = "apiVersion: build.knative.dev/v1alpha1\nkind: BuildTemplate\nmetadata: {name: mine}\nspec: {parameters: [{name: DESTINATION}], steps: [{image: executor, args: ['--destination=${DESTINATION}']}]}\n";
        const string build = "apiVersion: build.knative.dev/v1alpha1\nkind: Build\nmetadata: {name: made}\nspec: {template: {name: mine, arguments: [{name: DESTINATION, value: '${KO_DOCKER_REPO}/made:${kontrakt.sourceReference}'}]}}\n";
        Write("templates/mine.yaml", template);
        Write("made-kontrakt/test.yaml", Pod("registry.example/x:1"));
        Write("made-kontrakt/build.yaml", build);
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Assert.AreEqual("", Changed());

        Write(file, file.EndsWith("build.yaml", StringComparison.Ordinal) ? build + "# changed\n" : template.Replace("executor", "other", StringComparison.Ordinal));

        Assert.AreEqual(expected, Changed());
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    public void OfTemplatesThatALinkBringsIntoAnotherKontraktCount()
    {
        const string template = "apiVersion: build.knative.dev/v1alpha1\nkind: BuildTemplate\nmetadata: {name: mine}\nspec: {parameters: [{name: DESTINATION}], steps: [{image: executor, args: ['--destination=${DESTINATION}']}]}\n";
        var app = _git.Files.At("app");
        Write("outside/mine.yaml", template);
        Write("app/plain-kontrakt/test.yaml", Pod("registry.example/x:1"));
        Directory.CreateSymbolicLink(Path.Combine(app, "plain-kontrakt/linked"), "../../outside");
        Write("app/made-kontrakt/test.yaml", Pod("template://mine"));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Assert.AreEqual("", Changed(Read(app), [], app));

        Write("outside/mine.yaml", template.Replace("executor", "other", StringComparison.Ordinal));

        Assert.AreEqual("made plain", Changed(Read(app), [], app));
    }

    [TestMethod, Timeout(60_000)]
    public void DoNotDependOnNamesThatAnItemMayGive()
    {
        Write("src/More/Api/Api.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        Write("api-kontrakt/more.yaml", Pod("../src/More/Api").Replace("smoke", "more", StringComparison.Ordinal));
        _git.Commit();
        _git.Git("branch", "-f", "base");
        Write("src/More/Api/More.cs");

        Assert.AreEqual("api", Changed());
    }

    [TestMethod, Timeout(60_000)]
    [OSCondition(OperatingSystems.Linux)]
    public void OfNamesThatAreNoTextCount()
    {
        using (var touch = System.Diagnostics.Process.Start("sh", ["-c", $"printf x >'{_git.Files.At("src/Api")}/'\"$(printf 'f\\377')\""]))
            touch.WaitForExit();

        var changed = Changed();

        // .NET cannot remove what it cannot name.
        using (var remove = System.Diagnostics.Process.Start("rm", ["-r", _git.Files.At("src/Api")]))
            remove.WaitForExit();
        Assert.AreEqual("api", changed);
    }

    [TestMethod, Timeout(60_000)]
    public void AreNoneWhereThisProgramItselfHasWritten()
    {
        Write("src/Lib/Lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><Compile Include=\"$(Elsewhere)/x.cs\" /></ItemGroup></Project>");
        Write(".gitignore", "");
        _git.Commit();
        _git.Git("branch", "-f", "base");
        foreach (var own in new[] { "obj/1/run.json", "src/Api/obj/kontrakt/image-1.json", "src/Api/bin/Api.dll" })
            Write(own);

        Assert.AreEqual("", Changed());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("no-such-branch", "KTR1161")]
    [DataRow("--help", "KTR1161")]
    [DataRow("base:README.md", "KTR1161")]
    [DataRow("strange", "KTR1162")]
    public void SinceWhatIsNotThereAreAnError(string reference, string code)
    {
        _git.Git("checkout", "-q", "--orphan", "strange");
        _git.Git("commit", "-qm", "unrelated");
        _git.Git("checkout", "-q", "base");

        var error = Assert.ThrowsExactly<KontraktException>(() => GitChanges.Since(_git.Root, reference, OwnFiles.Of(Settings(_git.Root))));

        Assert.AreEqual(code, error.Diagnostics.Single().Code);
    }

    [TestMethod, Timeout(60_000)]
    public void OutsideOfAnyRepositoryAreAnError()
    {
        using var folder = new TempFolder();

        var error = Assert.ThrowsExactly<KontraktException>(() => GitChanges.Since(folder.Path, "main", OwnFiles.Of(Settings(folder.Path))));

        Assert.AreEqual("KTR1160", error.Diagnostics.Single().Code);
        Assert.Contains("it is not a git repository", error.Message);
    }

    private string Changed() => Changed(Read(_git.Root), []);

    private string Changed(IReadOnlyList<KontraktManifests> read, IReadOnlyList<ImageItem> items, string? directory = null) =>
        string.Join(' ', ChangedKontrakts.Choose(read, Settings(directory ?? _git.Root), items, new NoLog()).Select(kontrakt => kontrakt.Folder.Name.Replace("-kontrakt", "", StringComparison.Ordinal)));

    private static KontraktSettings Settings(string directory) => new() { Directory = directory, RunsDirectory = Path.Combine(directory, "obj"), Since = "base" };

    private static IReadOnlyList<KontraktManifests> Read(string directory) => [.. KontraktDiscovery.Discover(directory).Select(folder => ManifestReader.Read(folder))];

    private static string Pod(string image) => $"apiVersion: v1\nkind: Pod\nmetadata: {{name: smoke, labels: {{kontrakt: test}}}}\nspec: {{containers: [{{name: main, image: '{image}'}}]}}\n";

    private string Write(string name, string text = "text") => _git.Files.Write(name, text);

    private sealed class NoLog : IRunLog
    {
        public void Report(RunEvent runEvent)
        {
        }
    }
}
