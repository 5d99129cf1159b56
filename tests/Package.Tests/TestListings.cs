namespace Package.Tests;

/// <summary>dotnet test --list-tests, and what dotnet test is told besides: no cluster is needed for any of it.</summary>
[TestClass]
public sealed class TestListings
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task NameKontraktsAndWhatIsBelowThem()
    {
        using var workspace = WithTwo().Write("kontrakt-one/ready.assert.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nstatus: {readyReplicas: 1}\n");

        var list = await workspace.TestAsync("--list-tests");

        list.Succeeds().Says("The following Tests are available:\n      kontrakt-one\n      kontrakt-one/pod/smoke\n      kontrakt-one/ready.assert.yaml/deployment/api\n      kontrakt-two\n      kontrakt-two/pod/smoke\n");
        Assert.IsEmpty(workspace.Runs(), list.Log);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("Name=kontrakt-two")]
    [DataRow("tier=fast")]
    [DataRow("FullyQualifiedName~two&tier!=slow")]
    [DataRow("kontrakt-two/pod/smoke", DisplayName = "a line of the list")]
    [DataRow("(FullyQualifiedName=kontrakt-two/pod/smoke|Name=other)&DisplayName!~one")]
    public async Task AreFiltered(string filter)
    {
        using var workspace = WithTwo();

        var list = await workspace.TestAsync("--list-tests", "--filter", filter);

        list.Succeeds().Says("  kontrakt-two/pod/smoke\n").DoesNotSay("kontrakt-one");
    }

    [TestMethod, Timeout(600_000)]
    public async Task SayWhatIsWrongAtItsPlace()
    {
        using var workspace = WithTwo().Write("kontrakt-two/test.yaml", "not: [yaml");

        var list = await workspace.TestAsync("--list-tests");

        list.Fails().Says("  kontrakt-one/pod/smoke\n").Says($"{workspace.At("kontrakt-two/test.yaml")}(1,").Says("kontrakt error KTR1001: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task FilterThatMeansNoneIsAnErrorOfAProjectOfYaml()
    {
        using var workspace = WithTwo();

        (await workspace.TestAsync("--list-tests", "--filter", "Name=three")).Fails().Says("kontrakt error KTR1060: ");
        (await workspace.TestAsync("--filter", "Name=three")).Fails().Says("kontrakt error KTR1060: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task RunSettingsAndTheCommandReachTheProperties()
    {
        using var workspace = WithTwo().Write("my.runsettings", """
            <RunSettings>
              <RunConfiguration>
                <EnvironmentVariables>
                  <KontraktFilter>tier=fast</KontraktFilter>
                </EnvironmentVariables>
              </RunConfiguration>
              <TestRunParameters>
                <Parameter name="webAppUrl" value="http://localhost" />
                <Parameter name="KontraktTimeout" value="soon" />
              </TestRunParameters>
            </RunSettings>
            """);

        var wrong = await workspace.TestAsync("--list-tests", "--settings", "my.runsettings");
        var right = await workspace.TestAsync("--list-tests", "--settings", "my.runsettings", "--", """TestRunParameters.Parameter(name="KontraktTimeout",value="5m")""");

        wrong.Fails().Says("KTR1019: KontraktTimeout has the value 'soon'");
        right.Succeeds().Says("kontrakt-two/pod/smoke").DoesNotSay("kontrakt-one");
    }

    [TestMethod, Timeout(600_000)]
    public async Task RunSettingsThatCannotBeReadAreAnErrorAtTheirPlace()
    {
        using var workspace = WithTwo().Write("my.runsettings", "<RunSettings>\n  <oops\n</RunSettings>");

        (await workspace.TestAsync("--list-tests", "--settings", "my.runsettings")).Fails().Says($"{workspace.At("my.runsettings")}(3,1)").Says("kontrakt error KTR1140: ");
    }

    [TestMethod, Timeout(600_000)]
    public async Task ProjectOfSeveralFrameworksListsItsKontraktsOnce()
    {
        using var workspace = WithTwo().Write("Yaml.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>
                <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Kontrakt.MSBuild" Version="{Packed.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        (await workspace.DotnetAsync("restore")).Succeeds();

        var list = await workspace.TestAsync("--no-build", "--list-tests");

        list.Succeeds();
        Assert.AreEqual(1, list.Count("kontrakt-one/pod/smoke"), list.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task SwitchedOffThereAreNone()
    {
        using var workspace = WithTwo();

        (await workspace.TestAsync("--list-tests", "-p:KontraktOnTest=false")).Succeeds().DoesNotSay("kontrakt-one");
    }

    private Workspace WithTwo() => new Workspace(TestContext).Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
        .Write("kontrakt-one/test.yaml", Workspace.TestPod)
        .Write("kontrakt-two/test.yaml", Workspace.TestPod.Replace("kontrakt: test", "kontrakt: test\n    tier: fast"));
}
