using System.Xml.Linq;

namespace Package.Tests;

/// <summary>dotnet test in its mode for Microsoft.Testing.Platform: the runner that comes with the package.</summary>
[TestClass]
public sealed class TestingPlatform
{
    internal const string Mode = """{ "test": { "runner": "Microsoft.Testing.Platform" } }""";
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task ListsKontraktsTestsAndAssertionsWithoutACluster()
    {
        using var workspace = WithTwo().Write("kontrakt-one/ready.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n");

        var all = await workspace.TestAsync("--list-tests");
        var named = await workspace.TestAsync("--list-tests", "--no-build", "--filter", "tier=fast");
        var inTree = await workspace.TestAsync("--list-tests", "--no-build", "--treenode-filter", "/kontrakt-one/ready*/**");

        all.Succeeds().Says("  kontrakt-one\n  kontrakt-one/pod/smoke\n  kontrakt-one/ready.assert.yaml/pod/smoke\n  kontrakt-two\n  kontrakt-two/pod/smoke\n").Says("Discovered 5 tests");
        named.Succeeds().Says("Discovered 2 tests").Says("  kontrakt-two/pod/smoke\n");
        inTree.Succeeds().Says("Discovered 2 tests").Says("  kontrakt-one\n  kontrakt-one/ready.assert.yaml/pod/smoke\n");
        Assert.IsEmpty(workspace.Runs(), all.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task FilterThatMeansNoneHasThePlatformsExitCode()
    {
        using var workspace = WithTwo();

        var none = await workspace.TestAsync("--filter", "Name=three");

        Assert.AreEqual(8, none.ExitCode, none.Log);
        none.Says("error KTR1060: the filter 'Name=three'");
    }

    [TestMethod, Timeout(600_000)]
    public async Task ListThatIsNotWholeFailsAndSaysWhatIsWrongAtItsPlace()
    {
        using var workspace = WithTwo().Write("kontrakt-two/test.yaml", "not: [yaml");

        var list = await workspace.TestAsync("--list-tests");
        var whole = await workspace.TestAsync("--list-tests", "--no-build", "--filter", "kontrakt-one/pod/smoke");

        Assert.AreEqual(10, list.ExitCode, list.Log);
        list.Says("  kontrakt-one/pod/smoke\n").Says($"{workspace.At("kontrakt-two/test.yaml")}(1,").Says("error KTR1001: ");
        whole.Succeeds().Says("  kontrakt-one/pod/smoke\n").DoesNotSay("KTR1001");
    }

    [TestMethod, Timeout(600_000)]
    public async Task WhatCannotBeReadFailsAtItsPlace()
    {
        using var workspace = WithTwo().Write("kontrakt-two/test.yaml", "not: [yaml");

        var failed = await workspace.TestAsync("--filter", "Name=kontrakt-two");

        Assert.AreEqual(2, failed.ExitCode, failed.Log);
        failed.Says($"{workspace.At("kontrakt-two/test.yaml")}(1,").Says("error KTR1001: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task StandsBesideOtherTestsOfASolution()
    {
        using var workspace = WithTwo().WriteOwnTests("own", "OwnTests", failing: false);
        workspace.Write("own/OwnTests.csproj", File.ReadAllText(workspace.At("own/OwnTests.csproj")).Replace("<ImplicitUsings>", "<OutputType>Exe</OutputType><EnableMSTestRunner>true</EnableMSTestRunner><ImplicitUsings>"));
        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", "slnx")).Succeeds();
        (await workspace.DotnetAsync("sln", "All.slnx", "add", "own/OwnTests.csproj", "Yaml.csproj")).Succeeds();

        var list = await workspace.TestAsync("--solution", "All.slnx", "--list-tests");

        list.Succeeds().Says("  Passes\n").Says("  kontrakt-one/pod/smoke\n").Says("Discovered 5 tests");
    }

    [TestMethod, Timeout(900_000), OSCondition(OperatingSystems.Linux)]
    public async Task RunsWhatWasAskedForAndTellsOfEach()
    {
        using var workspace = new EngineWorkspace(TestContext);
        workspace.Write("global.json", Mode);

        var all = await workspace.TestAsync("--report-trx", "--report-trx-filename", "all.trx", "--results-directory", "out");
        workspace.SkipWithoutEngine(all);
        var one = await workspace.TestAsync("--no-build", "--filter-uid", "kontrakt-good/pod/check");

        Assert.AreEqual(2, all.ExitCode, all.Log);
        all.Says("failed kontrakt-bad/pod/check (").Says($"{workspace.At("kontrakt-bad/test.yaml")}(10,7): error KTR4001: ").Says("it is not what I wanted").Says("total: 4\n").Says("failed: 2\n").Says("succeeded: 2\n");
        var outcomes = XDocument.Load(workspace.At("out/all.trx")).Descendants(Trx + "UnitTestResult").Select(result => result.Attribute("outcome")!.Value).Order(StringComparer.Ordinal);
        Assert.AreEqual("Failed Passed", string.Join(' ', outcomes), all.Log);
        one.Succeeds().Says("total: 2\n").Says("succeeded: 2\n").DoesNotSay("kontrakt-bad");
    }

    private Workspace WithTwo() => new Workspace(TestContext).Write("global.json", Mode).Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
        .Write("kontrakt-one/test.yaml", Workspace.TestPod)
        .Write("kontrakt-two/test.yaml", Workspace.TestPod.Replace("kontrakt: test", "kontrakt: test\n    tier: fast"));
}
