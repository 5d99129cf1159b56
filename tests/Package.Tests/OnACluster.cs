using System.Text.RegularExpressions;

namespace Package.Tests;

/// <summary>The whole way from the packed package, outside the repository: samples/Hello on a real cluster and its registry, localhost:5000.</summary>
[TestClass]
public sealed partial class OnACluster
{
    private static readonly string? KubeConfig = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG");

    /// <summary>Each test's own: two that push under one tag at once would move it under each other.</summary>
    private readonly string tag = $"t-{Guid.NewGuid():N}"[..14];

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void NeedACluster()
    {
        if (string.IsNullOrEmpty(KubeConfig))
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
    }

    [TestMethod, Timeout(900_000)]
    [DataRow("sdk")]
    [DataRow("package")]
    public async Task HelloPasses(string way)
    {
        using var workspace = Hello(way);

        var build = await BuildAsync(workspace, "-t:Kontrakt");

        build.Succeeds().Says("pod/smoke passed").Says("Kontrakts: 1 passed");
        StringAssert.Matches(build.Log, DeletedNamespace(), build.Log);
    }

    [TestMethod, Timeout(900_000)]
    public async Task StepsGoOnFromTheRecordInBuildsOfTheirOwn()
    {
        using var workspace = Hello("sdk");

        try
        {
            (await BuildAsync(workspace, "-t:KontraktApply")).Succeeds();
            (await BuildAsync(workspace, "-t:KontraktWait")).Succeeds().Says("pod/smoke passed").DoesNotSay("compiled");
            (await BuildAsync(workspace, "-t:KontraktAssert")).Succeeds().Says("Kontrakts: 1 passed");
            (await BuildAsync(workspace, "-t:KontraktPush")).Succeeds().Says($"pushed localhost:5000/package-tests/api:{tag}@sha256:");
        }
        finally
        {
            var delete = await BuildAsync(workspace, "-t:KontraktDelete");
            StringAssert.Matches(delete.Succeeds().Log, DeletedNamespace());
        }
    }

    [TestMethod, Timeout(900_000)]
    public async Task FailedTestIsAnErrorAtItsPlaceAndNothingIsLeft()
    {
        using var workspace = Hello("sdk").Write("SmokeTest/Program.cs", """System.Console.WriteLine("it is not what I wanted"); return 10;""");

        var build = await BuildAsync(workspace, "-t:Kontrakt");

        build.Fails().Says("kontrakt/test.yaml(").Says("kontrakt error KTR4001: ").Says("it is not what I wanted").Says("Kontrakts: 1 failed");
        StringAssert.Matches(build.Log, DeletedNamespace(), build.Log);
    }

    [TestMethod, Timeout(900_000)]
    public async Task CopiesNameTheClustersRegistryAndSourcesThisMachines()
    {
        using var workspace = Hello("sdk");
        string[] settings = ["-p:KontraktPullRepository=registry.example.com/pull", "-p:KontraktImageReplaceWrite=true"];

        (await BuildAsync(workspace, "-t:KontraktResolve", settings)).Succeeds();
        var copy = File.ReadAllText(Directory.GetFiles(workspace.At("obj/kontrakt"), "test.yaml", SearchOption.AllDirectories).Single());
        (await BuildAsync(workspace, "-t:KontraktImageReplace", settings)).Succeeds().Says("kontrakt/test.yaml: images replaced");

        StringAssert.Contains(copy, $"image: registry.example.com/pull/smoketest:{tag}@sha256:");
        var source = File.ReadAllText(workspace.At("kontrakt/test.yaml"));
        StringAssert.Contains(source, $"image: localhost:5000/package-tests/smoketest:{tag}@sha256:");
        StringAssert.Contains(source, "# The run passes when", "a comment stays");
    }

    private Workspace Hello(string way)
    {
        var workspace = new Workspace(TestContext);
        foreach (var file in Directory.GetFiles(Repository.At("samples/Hello"), "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Repository.At("samples/Hello"), file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Hello.csproj"))
                workspace.Write(relative, File.ReadAllText(file));
        }
        return way == "sdk"
            ? workspace.Write("Hello.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
            : workspace.WriteProjectWithPackage("Hello.csproj", "<EnableDefaultCompileItems>false</EnableDefaultCompileItems>");
    }

    private Task<DotnetResult> BuildAsync(Workspace workspace, string target, params string[] settings) => workspace.BuildAsync([target, "-p:KontraktHostBaseImage=true",
        "-p:KO_DOCKER_REPO=localhost:5000/package-tests", $"-p:SOURCE_REFERENCE={tag}", "-p:KontraktKubeContext=local", $"-p:KontraktKubeConfig={KubeConfig}", .. settings]);

    [GeneratedRegex("deleted the namespace 'kontrakt-[a-z0-9-]+'")]
    private static partial Regex DeletedNamespace();
}
