namespace Package.Tests;

/// <summary>What discovery finds, and says, from a real build.</summary>
[TestClass]
public sealed class Findings
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task BrokenManifestIsACanonicalErrorAtItsPlace()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod.Replace("kontrakt: test", "kontrakt: tset"))
            .WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:KontraktDiscover");

        build.Fails().Says($"{workspace.At("kontrakt/test.yaml")}(6,").Says("kontrakt error KTR1005: ").DoesNotSay("MSB4018");
    }

    [TestMethod, Timeout(600_000)]
    public async Task TargetThatFindsNoKontraktFails()
    {
        using var workspace = new Workspace(TestContext).WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:Kontrakt");

        build.Fails().Says("Web.csproj : kontrakt error KTR1007: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task EveryWrongSettingIsSaidAtOnce()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:KontraktDiscover", "-p:KontraktTimeout=soon", "-p:KontraktKeep=perhaps");

        build.Fails().Says("KTR1019: KontraktTimeout").Says("KTR1019: KontraktKeep");
    }

    [TestMethod, Timeout(600_000)]
    public async Task LaterStepWithoutARunSaysWhichStepIsMissing()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:KontraktWait");

        build.Fails().Says("kontrakt error KTR1023: ").Says("KontraktApply").DoesNotSay("MSB4018");
    }

    [TestMethod, Timeout(600_000)]
    public async Task JUnitFileTellsWhatDiscoveryFound()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", "not: [yaml").WriteProjectWithPackage("Web.csproj");

        (await workspace.BuildAsync("-t:Kontrakt", "-p:KontraktJUnit=out/junit.xml")).Fails();

        StringAssert.Contains(File.ReadAllText(workspace.At("out/junit.xml")), "type=\"KTR1001\"");
    }

    [TestMethod, Timeout(600_000)]
    public async Task JUnitFileOfAnEarlierRunDoesNotOutliveACompilersError()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod.Replace("registry.example.com/smoke:1", "../api"))
            .WriteProgram("api", "Api").Write("api/Api.cs", "return zero;").Write("out/junit.xml", "<testsuites name=\"an earlier run\" />")
            .Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var build = await workspace.BuildAsync("-t:KontraktBuild", "-p:KontraktJUnit=out/junit.xml", "-p:KO_DOCKER_REPO=localhost:1/demo", "-p:SOURCE_REFERENCE=t1");

        build.Fails().Says("error CS0103");
        StringAssert.Contains(File.ReadAllText(workspace.At("out/junit.xml")), "no verdict: the run ended when the kontrakt was discovered");
    }

    [TestMethod, Timeout(600_000)]
    public async Task RegistryThatMayNotBePushedToIsSaidBeforeAnythingRuns()
    {
        var image = $"localhost:1/demo/api:1@sha256:{new string('a', 64)}";
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod)
            .Write("kontrakt/target.yaml", Workspace.TestPod.Replace("kontrakt: test", "kontrakt: target").Replace("name: smoke", "name: api").Replace("registry.example.com/smoke:1", image))
            .WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:KontraktResolve", "-p:KO_DOCKER_REPO=localhost:1/demo", "-p:SOURCE_REFERENCE=t1", "-p:KontraktPushRegistries=registry.example.com");

        build.Fails().Says($"{workspace.At("kontrakt/target.yaml")}(11,14): kontrakt error KTR2006: 'localhost:1/demo/api' may not be pushed");
    }
}
