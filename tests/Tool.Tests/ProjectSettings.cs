using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>What the project of the folder says counts for the command as it does for a build, after options and variables.</summary>
[TestClass]
public sealed class ProjectSettings
{
    private const string Tag = "<SOURCE_REFERENCE>of-the-project</SOURCE_REFERENCE>";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000)]
    [DataRow("Pod.csproj")]
    [DataRow("Pod.fsproj")]
    [DataRow("Pod.kontraktproj")]
    public async Task ComeFromItsProperties(string name)
    {
        using var folder = new TempFolder();
        WriteProject(folder, name, Tag);

        var reference = await RunAsync(folder, [], "reference");

        Assert.AreEqual("of-the-project\n", reference.Output, reference.Error);
    }

    /// <summary>Also where nothing was restored, so that there is no obj yet.</summary>
    [TestMethod, Timeout(300_000)]
    public async Task LeaveRunsWhereABuildHasThem()
    {
        using var folder = new TempFolder();
        WriteProject(folder, "Pod.csproj", Tag);
        folder.Write("kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {restartPolicy: Never, containers: [{name: a, image: 'registry.example/a:1'}]}\n");

        var build = await RunAsync(folder, [], "build");

        Assert.AreEqual(0, build.ExitCode, build.Error);
        Assert.IsTrue(File.Exists(folder.At("obj/kontrakt/latest")), string.Join(' ', Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories)));
    }

    [TestMethod, Timeout(300_000)]
    public async Task ComeFromDirectoryBuildPropsAndFromConditions()
    {
        using var folder = new TempFolder();
        folder.Write("Directory.Build.props", """<Project><PropertyGroup><SOURCE_REFERENCE Condition="'$(Configuration)' == 'Release'">release</SOURCE_REFERENCE></PropertyGroup></Project>""");
        WriteProject(folder, "Pod.csproj", """<SOURCE_REFERENCE Condition="'$(SOURCE_REFERENCE)' == ''">debug</SOURCE_REFERENCE>""");

        var debug = await RunAsync(folder, [], "reference");
        var byOption = await RunAsync(folder, [], "reference", "-c", "Release");
        var byVariable = await RunAsync(folder, new() { ["KONTRAKT_CONFIGURATION"] = "Release" }, "reference");

        Assert.AreEqual("debug\nrelease\nrelease\n", debug.Output + byOption.Output + byVariable.Output, debug.Error);
    }

    [TestMethod, Timeout(300_000)]
    public async Task ComeAfterOptionsAndVariables()
    {
        using var folder = new TempFolder();
        WriteProject(folder, "Pod.csproj", Tag);

        var byVariable = await RunAsync(folder, new() { ["SOURCE_REFERENCE"] = "of-the-variable" }, "reference");
        var byOption = await RunAsync(folder, new() { ["SOURCE_REFERENCE"] = "of-the-variable" }, "reference", "--source-reference", "of-the-option");
        var without = await RunAsync(folder, new() { ["SOURCE_REFERENCE"] = "of-the-variable" }, "reference", "--project", "none");

        Assert.AreEqual("of-the-variable\nof-the-option\nof-the-variable\n", byVariable.Output + byOption.Output + without.Output, byVariable.Error);
    }

    [TestMethod, Timeout(300_000)]
    public async Task DoNotComeFromAProjectThatDoesNotUseKontrakt()
    {
        using var folder = new TempFolder();
        folder.Write("App.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><SOURCE_REFERENCE>of-the-app</SOURCE_REFERENCE></PropertyGroup></Project>""");
        var alone = await RunAsync(folder, new() { ["GITHUB_SHA"] = "c0ffee" }, "reference");
        WriteProject(folder, "Pod.csproj", Tag);

        var beside = await RunAsync(folder, [], "reference");

        Assert.AreEqual("c0ffee\nof-the-project\n", alone.Output + beside.Output, alone.Error + beside.Error);
    }

    [TestMethod, Timeout(300_000)]
    public async Task AreThoseOfTheProjectThatIsNamedWhereSeveralUseKontrakt()
    {
        using var folder = new TempFolder();
        WriteProject(folder, "A.csproj", Tag);
        WriteProject(folder, "B.csproj", "<SOURCE_REFERENCE>of-b</SOURCE_REFERENCE>");

        var ambiguous = await RunAsync(folder, [], "reference");
        var named = await RunAsync(folder, [], "reference", "--project", folder.At("B.csproj"));
        var missing = await RunAsync(folder, new() { ["KONTRAKT_PROJECT"] = folder.At("C.csproj") }, "reference");

        Assert.AreEqual(2, ambiguous.ExitCode, ambiguous.Error);
        Assert.Contains("error KTR1170: ", ambiguous.Error);
        Assert.Contains("A.csproj, B.csproj", ambiguous.Error);
        Assert.AreEqual("of-b\n", named.Output, named.Error);
        Assert.AreEqual(2, missing.ExitCode, missing.Error);
        Assert.Contains("error KTR1020: ", missing.Error);
    }

    [TestMethod, Timeout(300_000)]
    [DataRow("""<SOURCE_REFERENCE Condition="'$(A)' = ''">x</SOURCE_REFERENCE>""", 4, "MSB4105")]
    [DataRow("<SOURCE_REFERENCE>x</SOURCE_REFERENC>", 4, "MSB4025")]
    [DataRow("<SOURCE_REFERENCE>$([System.String]::Nothing('x'))</SOURCE_REFERENCE>", 4, "MSB418")]
    public async Task ThatCannotBeReadAreReportedAtTheirPlace(string property, int line, string code)
    {
        using var folder = new TempFolder();
        WriteProject(folder, "Pod.csproj", property);

        var wrong = await RunAsync(folder, [], "reference");

        Assert.AreEqual(2, wrong.ExitCode, wrong.Error);
        Assert.AreEqual("", wrong.Output);
        Assert.Contains($"{folder.At("Pod.csproj")}({line},", wrong.Error);
        Assert.Contains("error KTR1171: ", wrong.Error);
        Assert.Contains(code, wrong.Error);
    }

    /// <summary>The program of .NET alone, as in images with the runtime: everything works as without a project, and that is reported.</summary>
    [TestMethod, Timeout(300_000), OSCondition(OperatingSystems.Linux)]
    public async Task AreNotReadWithoutAnSdk()
    {
        using var folder = new TempFolder();
        WriteProject(folder, "Pod.csproj", Tag);
        using var runtime = new TempFolder();
        var dotnet = new FileInfo(Environment.ProcessPath ?? "").ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Environment.ProcessPath ?? "";
        var root = Path.GetDirectoryName(dotnet) ?? "";
        File.Copy(dotnet, runtime.At("dotnet"));
        foreach (var part in new[] { "host", "shared" })
            Directory.CreateSymbolicLink(runtime.At(part), Path.Combine(root, part));

        var path = new Dictionary<string, string> { ["GITHUB_SHA"] = "c0ffee", ["PATH"] = "/nowhere", ["DOTNET_ROOT"] = runtime.Path };
        var reference = await RunByAsync(runtime.At("dotnet"), folder, path, "reference");

        Assert.AreEqual("c0ffee\n", reference.Output, reference.Error);
        Assert.Contains("what Pod.csproj sets is not used: no .NET SDK was found", reference.Error);
    }

    private Task<Outcome> RunAsync(TempFolder folder, Dictionary<string, string> environment, params string[] arguments) =>
        RunByAsync("dotnet", folder, environment, arguments);

    private Task<Outcome> RunByAsync(string dotnet, TempFolder folder, Dictionary<string, string> environment, params string[] arguments) =>
        ToolProcess.RunAsync(dotnet, [Path.Combine(AppContext.BaseDirectory, "kontrakt.dll"), .. arguments], folder.Path, environment, TestContext.CancellationToken);

    internal static void WriteProject(TempFolder folder, string name, string properties, string items = "") => folder.Write(name, $"""
        <Project>
          <Import Project="{Repository.Root}/src/Sdk/Sdk/Sdk.props" />
          <PropertyGroup>
        {properties}
          </PropertyGroup>
          <ItemGroup>{items}</ItemGroup>
          <Import Project="{Repository.Root}/src/Sdk/Sdk/Sdk.targets" />
        </Project>
        """);
}
