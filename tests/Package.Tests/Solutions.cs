namespace Package.Tests;

/// <summary>Solutions whose projects do not all take the package, or do not all have kontrakts.</summary>
[TestClass]
public sealed class Solutions
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    [DataRow("sln")]
    [DataRow("slnx")]
    public async Task BuildRunsKontraktsBesideProjectsThatLackThePackage(string format)
    {
        using var workspace = new Workspace(TestContext).WriteProgram("plain", "Plain").WriteProjectWithPackage("web/Web.csproj")
            .Write("web/kontrakt/test.yaml", "not: [yaml");
        await AddAllAsync(workspace, format, "plain/Plain.csproj", "web/Web.csproj");

        var build = await workspace.BuildAsync($"All.{format}", "-p:KontraktOnBuild=true");

        build.Fails().Says("compiled Plain").Says("kontrakt error KTR1001: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task ProjectsWithoutAKontraktPassInASolution()
    {
        using var workspace = new Workspace(TestContext).WriteProjectWithPackage("lib/Lib.csproj").WriteProjectWithPackage("web/Web.csproj")
            .Write("web/kontrakt/test.yaml", Workspace.TestPod);
        await AddAllAsync(workspace, "sln", "lib/Lib.csproj", "web/Web.csproj");

        var build = await workspace.BuildAsync("All.sln", "-t:KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs("web"), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task KontraktRequiredFailsTheProjectThatHasNone()
    {
        using var workspace = new Workspace(TestContext).WriteProjectWithPackage("lib/Lib.csproj");
        await AddAllAsync(workspace, "sln", "lib/Lib.csproj");

        var build = await workspace.BuildAsync("All.sln", "-t:KontraktDiscover", "-p:KontraktRequired=true");

        build.Fails().Says("KTR1007");
    }

    private static async Task AddAllAsync(Workspace workspace, string format, params string[] projects)
    {
        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", format)).Succeeds();
        (await workspace.DotnetAsync(["sln", $"All.{format}", "add", .. projects])).Succeeds();
    }
}
