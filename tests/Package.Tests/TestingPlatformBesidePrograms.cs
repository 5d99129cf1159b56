namespace Package.Tests;

/// <summary>dotnet test in its mode for Microsoft.Testing.Platform, of projects with a program of their own that take the package.</summary>
[TestClass]
public sealed class TestingPlatformBesidePrograms
{
    /// <summary>An assembly without any code needs no framework's references, which this machine may not have.</summary>
    private const string WithoutReferences = "<DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences><GenerateAssemblyInfo>false</GenerateAssemblyInfo>"
        + "<GenerateTargetFrameworkAttribute>false</GenerateTargetFrameworkAttribute>";
    private const string Listed = "  kontrakt-own\n  kontrakt-own/pod/smoke\n";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task TestsTheKontraktsAndRunsTheProgram()
    {
        using var workspace = WithProgram(".");

        var list = await workspace.TestAsync("--list-tests");
        var ran = await workspace.DotnetAsync("run", "--no-build", "--", "test");
        var program = await workspace.DotnetAsync("run", "test");
        var again = await workspace.TestAsync("--list-tests", "--no-build");

        list.Succeeds().Says(Listed).Says("Discovered 2 tests");
        ran.Succeeds().Says("the program has 'test'");
        program.Succeeds().Says("the program has 'test'");
        again.Succeeds().Says(Listed);
    }

    [TestMethod, Timeout(600_000)]
    public async Task LaunchProfileIsTheProgramsAlone()
    {
        using var workspace = WithProgram(".").Write("Properties/launchSettings.json", """{ "profiles": { "Shop": { "commandName": "Project", "commandLineArgs": "--of-the-profile" } } }""");

        var list = await workspace.TestAsync("--list-tests");
        var program = await workspace.DotnetAsync("run", "--no-build");

        list.Succeeds().Says(Listed);
        program.Succeeds().Says("the program has '--of-the-profile'");
    }

    [TestMethod, Timeout(600_000)]
    public async Task AreTestedInASolutionWhoseProjectsBuildInSeveralProcesses()
    {
        using var workspace = new Workspace(TestContext).Write("global.json", TestingPlatform.Mode);
        string[] names = ["A", "B", "C", "D"];
        foreach (var name in names)
            WithProgram(workspace, name);
        (await workspace.DotnetAsync("new", "sln", "-n", "All", "-f", "slnx")).Succeeds();
        (await workspace.DotnetAsync(["sln", "All.slnx", "add", .. names.Select(name => $"{name}/Shop.csproj")])).Succeeds();

        var list = await workspace.TestAsync("--solution", "All.slnx", "--list-tests");

        list.Succeeds().Says("Discovered 8 tests in 4 assemblies");
    }

    [TestMethod, Timeout(600_000)]
    public async Task MayHaveNoKontraktThatIsMeant()
    {
        using var workspace = WithProgram(".");

        var none = await workspace.TestAsync("--filter", "Name=other");
        var required = await workspace.TestAsync("--filter", "Name=other", "-p:KontraktRequired=true");

        none.Succeeds().Says("Zero tests ran");
        Assert.AreEqual(8, required.ExitCode, required.Log);
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("net10.0;netstandard2.0")]
    [DataRow("netstandard2.0;net10.0")]
    public async Task OfSeveralFrameworksAreTestedOnce(string frameworks)
    {
        using var workspace = new Workspace(TestContext).Write("global.json", TestingPlatform.Mode).Write("kontrakt-own/test.yaml", Workspace.TestPod)
            .WriteProjectWithPackage("Shop.csproj", $"<TargetFrameworks>{frameworks}</TargetFrameworks>{WithoutReferences}");
        workspace.Write("Shop.csproj", File.ReadAllText(workspace.At("Shop.csproj")).Replace("<TargetFramework>net10.0</TargetFramework>", ""));

        var restored = await workspace.DotnetAsync("restore");
        var list = await workspace.TestAsync("--list-tests");

        restored.Succeeds();
        list.Succeeds().Says(Listed).Says("Discovered 2 tests");
    }

    private Workspace WithProgram(string folder) => WithProgram(new Workspace(TestContext).Write("global.json", TestingPlatform.Mode), folder);

    private static Workspace WithProgram(Workspace workspace, string folder) => workspace.WriteProjectWithPackage($"{folder}/Shop.csproj", "<OutputType>Exe</OutputType>")
        .Write($"{folder}/Shop.cs", """System.Console.WriteLine($"the program has '{string.Join(' ', args)}'");""").Write($"{folder}/kontrakt-own/test.yaml", Workspace.TestPod);
}
