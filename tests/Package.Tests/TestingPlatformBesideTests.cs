namespace Package.Tests;

/// <summary>dotnet test in its mode for Microsoft.Testing.Platform, of a project with tests for it by MSTest that takes the package.</summary>
[TestClass]
public sealed class TestingPlatformBesideTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task TheProjectsOwnAndTheKontraktsAreOneList()
    {
        using var workspace = WithBoth(failing: false);

        var list = await workspace.TestAsync("--list-tests");
        var off = await workspace.TestAsync("--list-tests", "--no-build", "-p:KontraktOnTest=false");

        list.Succeeds().Says("  Passes\n").Says("  kontrakt-own/pod/smoke\n").Says("Discovered 3 tests");
        off.Succeeds().Says("  Passes\n").DoesNotSay("kontrakt-own");
    }

    [TestMethod, Timeout(600_000)]
    public async Task FailuresOfTheOneDoNotHideThoseOfTheOther()
    {
        using var workspace = WithBoth(failing: true).Write("kontrakt-own/test.yaml", "not: [yaml");

        var both = await workspace.TestAsync();
        var own = await workspace.TestAsync("--no-build", "--filter", "Name=Passes");

        Assert.AreEqual(2, both.ExitCode, both.Log);
        both.Says("failed Fails (").Says($"{workspace.At("kontrakt-own/test.yaml")}(1,").Says("error KTR1001: ").Says("total: 3\n").Says("failed: 2\n").Says("succeeded: 1\n");
        own.Succeeds().Says("total: 1\n").Says("succeeded: 1\n");
    }

    private Workspace WithBoth(bool failing)
    {
        var workspace = new Workspace(TestContext).Write("global.json", TestingPlatform.Mode).Write("kontrakt-own/test.yaml", Workspace.TestPod)
            .WriteOwnTests(".", "OwnTests", failing, $"""<PackageReference Include="Kontrakt.MSBuild" Version="{Packed.Version}" PrivateAssets="all" />""");
        return workspace.Write("OwnTests.csproj", File.ReadAllText(workspace.At("OwnTests.csproj")).Replace("<ImplicitUsings>", "<OutputType>Exe</OutputType><EnableMSTestRunner>true</EnableMSTestRunner><ImplicitUsings>"));
    }
}
