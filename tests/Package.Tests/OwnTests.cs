namespace Package.Tests;

/// <summary>Kontrakts beside tests by MSTest, in one project or in one solution, under one 'dotnet test'.</summary>
[TestClass]
public sealed class OwnTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task OfTheProjectItselfAreListedAsWell()
    {
        using var workspace = WithBoth(failing: false);

        var list = await workspace.TestAsync("--list-tests");

        list.Succeeds().Says("    Passes\n").Says("      kontrakt-own/pod/smoke\n");
    }

    [TestMethod, Timeout(600_000)]
    public async Task OfTheProjectItselfKeepTheirFilterAndTheirVerdict()
    {
        using var workspace = WithBoth(failing: true);

        var passing = await workspace.TestAsync("--filter", "Name=Passes");
        var failing = await workspace.TestAsync("--no-build", "--filter", "Name=Fails");

        passing.Succeeds().Says("Passed!  - Failed:     0, Passed:     1").Says("no kontrakt is selected");
        failing.Fails().Says("Failed!  - Failed:     1, Passed:     0").Says("no kontrakt is selected");
        Assert.AreEqual(1, failing.ExitCode, failing.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task ThatFailDoNotHideTheKontrakts()
    {
        using var workspace = WithBoth(failing: true).Write("kontrakt-own/test.yaml", "not: [yaml");

        var both = await workspace.TestAsync();

        both.Fails().Says("Failed!  - Failed:     1, Passed:     1").Says("kontrakt error KTR1001: ");
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("sln")]
    [DataRow("slnx")]
    public async Task OfASolutionStandBesideAProjectOfYaml(string format)
    {
        using var workspace = new Workspace(TestContext).WriteOwnTests("own", "OwnTests", failing: false)
            .Write("yaml/Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""").Write("yaml/kontrakt-own/test.yaml", Workspace.TestPod);
        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", format)).Succeeds();
        (await workspace.DotnetAsync("sln", $"All.{format}", "add", "own/OwnTests.csproj", "yaml/Yaml.csproj")).Succeeds();

        var list = await workspace.TestAsync($"All.{format}", "--list-tests");
        var own = await workspace.TestAsync($"All.{format}", "--filter", "Name=Passes");

        list.Succeeds().Says("    Passes\n").Says("      kontrakt-own/pod/smoke\n");
        own.Succeeds().Says("Passed!  - Failed:     0, Passed:     1").Says("no kontrakt is selected");
    }

    private Workspace WithBoth(bool failing) => new Workspace(TestContext).Write("kontrakt-own/test.yaml", Workspace.TestPod)
        .WriteOwnTests(".", "OwnTests", failing, $"""<PackageReference Include="Kontrakt.MSBuild" Version="{Packed.Version}" PrivateAssets="all" />""");
}
