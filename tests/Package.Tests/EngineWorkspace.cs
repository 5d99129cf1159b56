namespace Package.Tests;

/// <summary>A project of YAML with two kontrakts, good and bad, whose image is built of a small program, and an engine of its own.</summary>
internal sealed class EngineWorkspace : IDisposable
{
    private readonly Workspace workspace;

    public EngineWorkspace(TestContext context) => workspace = new Workspace(context)
        .Write("Yaml.csproj", $"""
            <Project Sdk="Kontrakt.MSBuild/{Packed.Version}">
              <PropertyGroup>
                <KontraktKubeContext>kontrakt-engine</KontraktKubeContext>
                <KontraktEngineDirectory>$(MSBuildProjectDirectory)/.engine</KontraktEngineDirectory>
                <SOURCE_REFERENCE>t1</SOURCE_REFERENCE>
              </PropertyGroup>
            </Project>
            """)
        .Write("Check/Check.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
            </Project>
            """)
        .Write("Check/Program.cs", """
            System.Console.WriteLine(args[0] == "good" ? "as it should be" : "it is not what I wanted");
            return args[0] == "good" ? 0 : 10;
            """)
        .Write("kontrakt-good/test.yaml", Pod("good")).Write("kontrakt-bad/test.yaml", Pod("bad"));

    public string At(string relative) => workspace.At(relative);

    public Task<DotnetResult> TestAsync(params string[] arguments) => workspace.TestAsync(arguments);

    public string[] Runs() => workspace.Runs();

    public Workspace Write(string relative, string text) => workspace.Write(relative, text);

    /// <summary>Ends the test as inconclusive where the machine allows no engine.</summary>
    public void SkipWithoutEngine(DotnetResult result)
    {
        if (result.Log.Contains("allows no namespaces", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {result.Log}");
    }

    public void Dispose()
    {
        var tool = Path.Combine(Packed.PackageCache, "kontrakt.msbuild", Packed.Version, "tools", "net10.0", "kontrakt.dll");
        if (File.Exists(tool))
        {
            // Bounded by the command itself, which waits for the engine's end.
            var stop = Dotnet.RunAsync(At("."), new Dictionary<string, string>(), CancellationToken.None, tool, "engine", "stop", "--engine-directory", At(".engine")).GetAwaiter().GetResult();
            Assert.AreEqual(0, stop.ExitCode, stop.Log);
        }
        workspace.Dispose();
    }

    private static string Pod(string argument) => Workspace.TestPod.Replace("name: smoke", "name: check").Replace("image: registry.example.com/smoke:1", $"image: ../Check\n      args: [{argument}]");
}
