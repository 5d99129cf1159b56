using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Since;

/// <summary>What a build or a run gets from files beside the sources counts as well: the project that holds the kontrakts, ignore files, secrets, remote sources.</summary>
[TestClass]
public sealed class ChangesOfSettings : IDisposable
{
    private readonly Commit _commit = new();

    public void Dispose() => _commit.Dispose();

    [TestMethod, Timeout(60_000)]
    [DataRow("p/All.csproj", "one-kontrakt two-kontrakt")]
    [DataRow("p/All.csproj.user", "one-kontrakt two-kontrakt")]
    [DataRow("settings.props", "one-kontrakt two-kontrakt", DisplayName = "an import of the project")]
    [DataRow("global.json", "one-kontrakt two-kontrakt")]
    [DataRow("Directory.Build.props", "one-kontrakt two-kontrakt")]
    [DataRow("p/Directory.Build.targets", "one-kontrakt two-kontrakt")]
    [DataRow("Directory.Packages.props", "one-kontrakt two-kontrakt")]
    [DataRow("nuget.config", "one-kontrakt two-kontrakt")]
    [DataRow("p/packages.lock.json", "one-kontrakt two-kontrakt")]
    [DataRow(".config/dotnet-tools.json", "one-kontrakt two-kontrakt")]
    [DataRow("p/one-kontrakt/x.txt", "one-kontrakt")]
    [DataRow("p/Program.cs", "")]
    public void AreOfTheProjectThatHoldsTheKontrakts(string changed, string expected)
    {
        _commit.Write("p/All.csproj", "<Project><Import Project=\"../settings.props\" /><ItemGroup><KontraktImage Include=\"web\" BuildArgs=\"V=1\" /></ItemGroup></Project>");
        _commit.Write("settings.props", "<Project><PropertyGroup><KontraktTimeout>1m</KontraktTimeout></PropertyGroup></Project>");
        _commit.Write("p/one-kontrakt/test.yaml", Commit.Plain);
        _commit.Write("p/two-kontrakt/test.yaml", Commit.Plain);
        _commit.Git.Commit();

        Assert.AreEqual("", _commit.Changed("p"), _commit.Log.Text);
        _commit.Change(changed);
        Assert.AreEqual(expected, _commit.Changed("p"), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreOfAProjectThatNamesTheirFolder()
    {
        _commit.Write("build/Tests.csproj", "<Project />");
        _commit.Write("p/one-kontrakt/test.yaml", Commit.Plain);
        _commit.Git.Commit();
        var settings = SettingsReader.Read(new Dictionary<string, string?> { ["KontraktDirectory"] = "../p", ["KontraktSince"] = "HEAD" }, _commit.At("build"), _commit.At("build/Tests.csproj"));

        Assert.AreEqual("", _commit.Changed(settings), _commit.Log.Text);
        _commit.Change("build/Tests.csproj");
        Assert.AreEqual("one-kontrakt", _commit.Changed(settings), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("<PropertyGroup><V>$([System.IO.File]::ReadAllText('../version.txt'))</V></PropertyGroup>", "p", DisplayName = "a file that a property holds")]
    [DataRow("<Import Project=\"$(Anywhere)/x.props\" />", "p", DisplayName = "an import that nobody knows")]
    [DataRow("<ItemGroup><Compile Include=\"$(Anywhere)/x.cs\" /></ItemGroup>", "", DisplayName = "code, which is no setting")]
    public void AreSupposedWhereTheProjectMayReadAnything(string project, string expected)
    {
        _commit.Write("p/All.csproj", $"<Project>{project}</Project>");
        _commit.Write("p/kontrakt/test.yaml", Commit.Plain);
        _commit.Write("version.txt");
        _commit.Git.Commit();

        Assert.AreEqual("", _commit.Changed("p"), _commit.Log.Text);
        _commit.Change("version.txt");
        Assert.AreEqual(expected, _commit.Changed("p"), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("main", "one-kontrakt")]
    [DataRow("24454f830cdb571e2c4ad15481119c43b3cafd48", "")]
    public void AreSupposedOfAnotherRepository(string revision, string expected)
    {
        _commit.Write("p/one-kontrakt/test.yaml", Commit.Plain);
        _commit.Write("p/one-kontrakt/build.yaml", $"apiVersion: build.knative.dev/v1alpha1\nkind: Build\nmetadata: {{name: made}}\nspec: {{source: {{git: {{url: 'https://user:pass@example.com/x.git', revision: {revision}}}}}, steps: [{{image: a, args: ['--destination=${{KO_DOCKER_REPO}}/made:${{kontrakt.sourceReference}}']}}]}}\n");
        _commit.Git.Commit();

        Assert.AreEqual(expected, _commit.Changed("p"), _commit.Log.Text);
        Assert.DoesNotContain("pass", _commit.Log.Text);
        Assert.AreEqual(expected.Length > 0, _commit.Log.Text.Contains("example.com/x.git", StringComparison.Ordinal), _commit.Log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void AreOfAnIgnoreFileBesideTheDockerfile()
    {
        _commit.Write("ctx/a");
        _commit.Write("docker/web.Dockerfile", "FROM scratch\nCOPY . /\n");
        _commit.Write("docker/web.Dockerfile.dockerignore", "secret\n");
        _commit.Write("p/kontrakt/test.yaml", Commit.Pod("dockerfile://../../ctx?dockerfile=../docker/web.Dockerfile"));
        _commit.Git.Commit();

        Assert.AreEqual("", _commit.Changed("p"));
        _commit.Change("docker/web.Dockerfile.dockerignore");
        Assert.AreEqual("p", _commit.Changed("p"));
    }

    [TestMethod, Timeout(60_000)]
    public void AreOfASecretThatABuildReads()
    {
        _commit.Write("web/Dockerfile", "FROM scratch\n");
        _commit.Write("secrets/key");
        _commit.Write("p/kontrakt/test.yaml", Commit.Pod("../../web"));
        _commit.Git.Commit();
        var item = new ImageItem(_commit.At("web")) { Secrets = new Dictionary<string, string> { ["key"] = _commit.At("secrets/key") } };

        Assert.AreEqual("", _commit.Changed("p", item));
        _commit.Change("secrets/key");
        Assert.AreEqual("p", _commit.Changed("p", item));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("FROM scratch\nADD https://example.com/x /\n", true)]
    [DataRow("FROM scratch\nADD --chown=1:1 git@example.com:x.git /\n", true)]
    [DataRow("FROM scratch\nADD [\"https://example.com/x\", \"/\"]\n", true)]
    [DataRow("ARG URL=https://example.com/x\nFROM scratch\nARG URL\nADD $URL /\n", true)]
    [DataRow("FROM scratch\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/x /\n", false)]
    [DataRow("FROM scratch\nADD a /\nRUN echo https://example.com\n", false)]
    public void AreSupposedOfWhatADockerfileAddsFromElsewhere(string dockerfile, bool expected)
    {
        _commit.Write("web/a");
        _commit.Write("web/Dockerfile", dockerfile);
        _commit.Write("p/kontrakt/test.yaml", Commit.Pod("../../web"));
        _commit.Git.Commit();

        Assert.AreEqual(expected ? "p" : "", _commit.Changed("p"));
        Assert.AreEqual(expected, _commit.Log.Text.Contains("ADD", StringComparison.Ordinal), _commit.Log.Text);
    }
}
