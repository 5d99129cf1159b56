namespace Package.Tests;

/// <summary>The ways a project can take the package. In each of them the target finds the kontrakt and begins a run.</summary>
[TestClass]
public sealed class WaysIn
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task PackageReference()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).WriteProjectWithPackage("Web.csproj");

        var build = await workspace.BuildAsync("-t:KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task AskedForTheReferenceAlone()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod)
            .Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var build = await workspace.BuildAsync("-t:KontraktReference", "-p:SOURCE_REFERENCE=asked-for", "-getProperty:KontraktSourceReference");

        build.Succeeds().Says("asked-for");
        Assert.IsEmpty(workspace.Runs(), build.Log);
    }

    /// <summary>dotnet watch asks so for what it watches beside sources; other builds do not look for it.</summary>
    [TestMethod, Timeout(600_000)]
    public async Task AskedForWhatIsWatched()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).Write("web/Dockerfile", "FROM scratch").Write("web/obj/x", "")
            .Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var watch = await workspace.BuildAsync("-getItem:Watch", "-p:DotNetWatchBuild=true");
        var build = await workspace.BuildAsync("-getItem:Watch");

        watch.Succeeds().Says("kontrakt/test.yaml").Says("web/Dockerfile");
        Assert.DoesNotContain("web/obj/x", watch.Log);
        Assert.DoesNotContain("kontrakt/test.yaml", build.Succeeds().Log);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("Yaml.csproj")]
    [DataRow("Yaml.kontraktproj")]
    public async Task ProjectSdkAlone(string project)
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod)
            .Write(project, $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var build = await workspace.BuildAsync("-t:Build;KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task SdkAddedToAnother()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).Write("Web.cs", "return 0;").Write("Web.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <Sdk Name="Kontrakt.MSBuild" Version="{Packed.Version}" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
            </Project>
            """);

        var build = await workspace.BuildAsync("-t:Build;KontraktDiscover");

        build.Succeeds().Says("Web.dll");
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task VersionFromGlobalJson()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod)
            .Write("global.json", $$"""{ "msbuild-sdks": { "Kontrakt.MSBuild": "{{Packed.Version}}" } }""")
            .Write("Yaml.csproj", """<Project Sdk="Kontrakt.MSBuild" />""");

        var build = await workspace.BuildAsync("-t:KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task OuterBuildOfSeveralFrameworks()
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod).Write("Lib.csproj", $"""
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

        var build = await workspace.BuildAsync("-t:KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("Yaml.csproj")]
    [DataRow("Yaml.kontraktproj")]
    public async Task SolutionTakesTheYamlProject(string project)
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Workspace.TestPod)
            .Write(project, $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", "sln")).Succeeds();
        (await workspace.DotnetAsync("sln", "All.sln", "add", project)).Succeeds();
        var build = await workspace.BuildAsync("All.sln", "-t:KontraktDiscover");

        build.Succeeds();
        Assert.HasCount(1, workspace.Runs(), build.Log);
    }
}
