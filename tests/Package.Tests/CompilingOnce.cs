namespace Package.Tests;

/// <summary>The projects of images are compiled once, whoever asks for them.</summary>
[TestClass]
public sealed class CompilingOnce
{
    /// <summary>Up to where a registry would be needed.</summary>
    private const string Compile = "-t:KontraktDiscover;_KontraktRestoreImages;_KontraktCompileImages";

    private static readonly string[] Settings = ["-p:KO_DOCKER_REPO=localhost:1/demo", "-p:SOURCE_REFERENCE=t1"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task ProjectsThatOnlyAManifestNamesAreRestoredAndSharedCodeCompiledOnce()
    {
        using var workspace = WithTwoImages("kontrakt").Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var build = await workspace.BuildAsync([Compile, .. Settings]);

        build.Succeeds();
        Assert.AreEqual("1 1 1", Compiled(build), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task NothingIsRestoredTwice()
    {
        using var workspace = WithTwoImages("kontrakt").Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");
        (await workspace.BuildAsync([Compile, .. Settings])).Succeeds();

        var build = await workspace.BuildAsync(["--no-restore", Compile, .. Settings]);

        build.Succeeds().DoesNotSay("Determining projects to restore");
    }

    /// <summary>What packages bring into a project's evaluation, restores write into obj/.</summary>
    [TestMethod, Timeout(600_000)]
    public async Task APackageThatChangedIsCompiledWithAtOnce()
    {
        using var workspace = WithTwoImages("kontrakt").Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");
        await AddPackageAsync(workspace, "1.0.0");
        await AddPackageAsync(workspace, "2.0.0");
        Reference("1.0.0");
        (await workspace.BuildAsync([Compile, .. Settings])).Succeeds().Says("compiled by props 1.0.0 and targets 1.0.0");
        Reference("2.0.0");

        var build = await workspace.BuildAsync([Compile, .. Settings]);

        build.Succeeds().Says("compiled by props 2.0.0 and targets 2.0.0").DoesNotSay("1.0.0");

        void Reference(string version) => workspace.Write("api/Directory.Build.targets", $"""
            <Project>
              <ItemGroup>
                <PackageReference Include="Said" Version="{version}" />
              </ItemGroup>
              <Target Name="SayPackage" AfterTargets="CoreCompile">
                <Message Importance="high" Text="compiled by props $(SaidProps) and targets $(SaidTargets)" />
              </Target>
            </Project>
            """);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("sln")]
    [DataRow("slnx")]
    public async Task SolutionBuildAndTwoKontraktProjectsShareTheCompilation(string format)
    {
        using var workspace = WithTwoImages("one/kontrakt-one").Write("one/One.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
            .Write("two/kontrakt-two/test.yaml", Pod("../../api")).Write("two/Two.csproj", $"""
                <Project Sdk="Kontrakt.MSBuild/{Packed.Version}">
                  <ItemGroup>
                    <KontraktImage Include="../job/Job.csproj" />
                  </ItemGroup>
                </Project>
                """);
        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", format)).Succeeds();
        (await workspace.DotnetAsync("sln", $"All.{format}", "add", "api/Api.csproj", "job/Job.csproj", "lib/Lib.csproj", "one/One.csproj", "two/Two.csproj")).Succeeds();
        // Only kontrakt projects have the steps; from Build, they are asked for after it.
        workspace.Write("Directory.Build.targets", """
            <Project>
              <Target Name="CompileImages" AfterTargets="Build" DependsOnTargets="KontraktDiscover;_KontraktRestoreImages;_KontraktCompileImages" Condition="'$(_KontraktAlone)' == 'true'" />
            </Project>
            """);

        var build = await workspace.BuildAsync([$"All.{format}", .. Settings]);

        build.Succeeds();
        Assert.AreEqual("1 1 1", Compiled(build), build.Log);
        Assert.HasCount(1, workspace.Runs("one"), build.Log);
        Assert.HasCount(1, workspace.Runs("two"), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("-t:KontraktDiscover;_KontraktRestoreImages;_KontraktCompileImages")]
    [DataRow("-t:Build")]
    public async Task ProjectWhoseKontraktNamesItselfCompilesOnce(string target)
    {
        using var workspace = new Workspace(TestContext).Write("kontrakt/test.yaml", Pod("..")).WriteProgram(".", "Web",
            $"""<PackageReference Include="Kontrakt.MSBuild" Version="{Packed.Version}" PrivateAssets="all" />""");

        var build = await workspace.BuildAsync([target, .. Settings]);

        build.Succeeds();
        Assert.AreEqual(1, build.Count("compiled Web"), build.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task CompilersErrorsAreTheOnlyOnes()
    {
        using var workspace = WithTwoImages("kontrakt").Write("api/Api.cs", "return zero;").Write("Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""");

        var build = await workspace.BuildAsync(["-t:KontraktResolve", .. Settings]);

        build.Fails().Says("Api.cs(1,8): error CS0103").DoesNotSay("KTR").DoesNotSay("MSB4");
    }

    private Workspace WithTwoImages(string kontrakt)
    {
        var up = string.Concat(Enumerable.Repeat("../", kontrakt.Split('/').Length));
        return new Workspace(TestContext)
            .WriteProgram("lib", "Lib", outputType: "Library")
            .WriteProgram("api", "Api", """<ProjectReference Include="../lib/Lib.csproj" />""")
            .WriteProgram("job", "Job", """<ProjectReference Include="../lib/Lib.csproj" />""")
            .Write($"{kontrakt}/test.yaml", Pod(up + "api")).Write($"{kontrakt}/job.yaml", Pod(up + "job").Replace("name: smoke", "name: job"));
    }

    private static string Pod(string image) => Workspace.TestPod.Replace("registry.example.com/smoke:1", image);

    private static string Compiled(DotnetResult build) => $"{build.Count("compiled Lib")} {build.Count("compiled Api")} {build.Count("compiled Job")}";

    /// <summary>A package of one version that says which one it is.</summary>
    private static async Task AddPackageAsync(Workspace workspace, string version)
    {
        foreach (var kind in new[] { "Props", "Targets" })
            workspace.Write($"said/{version}/Said.{kind.ToLowerInvariant()}", $"""<Project><PropertyGroup><Said{kind}>{version}</Said{kind}></PropertyGroup></Project>""");
        workspace.Write($"said/{version}/Said.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <PackageVersion>{version}</PackageVersion>
                <IncludeBuildOutput>false</IncludeBuildOutput>
                <NoWarn>$(NoWarn);NU5128</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <None Include="Said.props;Said.targets" Pack="true" PackagePath="build" />
              </ItemGroup>
            </Project>
            """);
        (await workspace.DotnetAsync("pack", $"said/{version}/Said.csproj", "-o", Packed.Feed, "--nologo")).Succeeds();
    }
}
