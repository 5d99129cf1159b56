namespace Package.Tests;

/// <summary>A folder outside the repository, as a user has it: the package comes from a feed, by its version.</summary>
internal sealed class Workspace : IDisposable
{
    public const string TestPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: smoke
          labels:
            kontrakt: test
        spec:
          restartPolicy: Never
          containers:
            - name: smoke
              image: registry.example.com/smoke:1
        """;

    private readonly string root = Directory.CreateTempSubdirectory("package-tests-").FullName;
    private readonly CancellationToken cancellationToken;

    public Workspace(TestContext context)
    {
        cancellationToken = context.CancellationToken;
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="test" value="{Packed.Feed}" />
              </packageSources>
            </configuration>
            """);
        // Whatever lies in the folders above is not this workspace's.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
    }

    public string At(string relative) => Path.Combine(root, relative);

    public Workspace Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(relative))!);
        File.WriteAllText(At(relative), text);
        return this;
    }

    /// <summary>A project of the .NET SDK that takes the package as PackageReference.</summary>
    public Workspace WriteProjectWithPackage(string relative, string properties = "", string items = "") => Write(relative, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Kontrakt.MSBuild" Version="{Packed.Version}" PrivateAssets="all" />
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>A program that says "compiled (name)" each time its compilation is asked for.</summary>
    public Workspace WriteProgram(string folder, string name, string items = "", string outputType = "Exe") => Write($"{folder}/{name}.csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{outputType}</OutputType>
          </PropertyGroup>
          <ItemGroup>
            {items}
          </ItemGroup>
          <Target Name="SayCompiled" AfterTargets="CoreCompile">
            <Message Importance="high" Text="compiled $(MSBuildProjectName)" />
          </Target>
        </Project>
        """).Write($"{folder}/{name}.cs", outputType == "Exe" ? "return 0;" : $"public class {name};");

    public Task<DotnetResult> BuildAsync(params string[] arguments) => DotnetAsync(["build", "--nologo", "-tl:off", .. arguments]);

    /// <summary>With packages of the machine's own sources and cache as well.</summary>
    public Workspace WithPublicPackages() => Write("nuget.config", $"""
        <configuration>
          <packageSources>
            <add key="test" value="{Packed.Feed}" />
          </packageSources>
          <fallbackPackageFolders>
            <add key="machine" value="{TestEnvironment()["NUGET_FALLBACK_PACKAGES"]}" />
          </fallbackPackageFolders>
        </configuration>
        """);

    public Task<DotnetResult> DotnetAsync(params string[] arguments) => DotnetWithAsync([], arguments);

    public Task<DotnetResult> DotnetWithAsync(Dictionary<string, string> environment, params string[] arguments) =>
        Dotnet.RunAsync(root, new Dictionary<string, string>(environment) { ["NUGET_PACKAGES"] = Packed.PackageCache }, cancellationToken, arguments);

    /// <summary>dotnet test with packages of the machine's own cache as well, such as MSTest's, and no cluster within reach.</summary>
    public Task<DotnetResult> TestAsync(params string[] arguments) => Dotnet.RunAsync(root, TestEnvironment(), cancellationToken, ["test", .. arguments]);

    /// <summary>The same, interrupted by a signal as soon as it is ready for it.</summary>
    public Task<DotnetResult> SignalTestAsync(string signal, bool wholeGroup, Func<CancellationToken, Task<bool>> isReady) =>
        Dotnet.SignalAsync(root, TestEnvironment(), signal, wholeGroup, isReady, cancellationToken, "test");

    private Dictionary<string, string> TestEnvironment() => new()
    {
        ["NUGET_PACKAGES"] = Packed.PackageCache,
        ["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages ? packages
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        ["KUBECONFIG"] = At("no-kubeconfig"),
    };

    /// <summary>A project of tests by MSTest: Passes and, where asked for, Fails.</summary>
    public Workspace WriteOwnTests(string folder, string name, bool failing, string items = "") => Write($"{folder}/{name}.csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="MSTest" Version="{Repository.VersionOf("MSTest")}" />
            <PrunePackageReference Include="Microsoft.Testing.Extensions.CodeCoverage" Version="999.0.0" />
            {items}
          </ItemGroup>
        </Project>
        """).Write($"{folder}/Own.cs", $$"""
        [Microsoft.VisualStudio.TestTools.UnitTesting.TestClass]
        public class Own
        {
            [Microsoft.VisualStudio.TestTools.UnitTesting.TestMethod] public void Passes() { }
            {{(failing ? "[Microsoft.VisualStudio.TestTools.UnitTesting.TestMethod] public void Fails() => throw new Exception();" : "")}}
        }
        """);

    /// <summary>A build that is killed (SIGKILL) as soon as it has said something; its output so far.</summary>
    public Task<string> KillBuildAtAsync(string text, params string[] arguments) => Dotnet.KillAtAsync(root,
        new Dictionary<string, string> { ["NUGET_PACKAGES"] = Packed.PackageCache }, text, cancellationToken, ["build", "--nologo", "-tl:off", .. arguments]);

    /// <summary>The runs that a project's folder records.</summary>
    public string[] Runs(string project = "") => Directory.Exists(At(Path.Combine(project, "obj", "kontrakt")))
        ? [.. Directory.GetFiles(At(Path.Combine(project, "obj", "kontrakt")), "run.json", SearchOption.AllDirectories)]
        : [];

    public void Dispose() => Directory.Delete(root, recursive: true);
}
