namespace Package.Tests;

/// <summary>Where the package must not be noticed.</summary>
[TestClass]
public sealed class Inertness
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    [DataRow("DesignTimeBuild")]
    [DataRow("BuildingForLiveUnitTesting")]
    public async Task DesignTimeBuildDoesNothing(string property)
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", "not: [yaml").WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:Build;Kontrakt", $"-p:{property}=true", "-p:KontraktOnBuild=true");

        build.Succeeds();
        Assert.IsEmpty(workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task PlainBuildRunsNoKontrakt()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", "not: [yaml").WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync();

        build.Succeeds();
        Assert.IsEmpty(workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task BuildWithKontraktOnBuildPassesWhereThereIsNone()
    {
        using var workspace = new Workspace(TestContext).WriteProjectWithPackage("Web.csproj", "<KontraktOnBuild>true</KontraktOnBuild>");

        var build = await workspace.BuildAsync();

        build.Succeeds().DoesNotSay("KTR");
    }

    [TestMethod, Timeout(600_000)]
    public async Task ReferencingProjectsDoNotGetThePackage()
    {
        using var workspace = new Workspace(TestContext).WriteProjectWithPackage("web/Web.csproj")
            .WriteProgram("app", "App", """<ProjectReference Include="../web/Web.csproj" />""");

        var build = await workspace.BuildAsync("app", "-t:KontraktDiscover");

        build.Fails().Says("MSB4057");
    }
}
