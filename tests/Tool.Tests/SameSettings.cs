using System.CommandLine;
using System.Text.Json;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Reports;
using Kontrakt.Settings;
using Kontrakt.Tests;
using Kontrakt.Tool.Projects;
using Kontrakt.Tool.Settings;

namespace Tool.Tests;

/// <summary>The command in a project's folder and a build of that project have the same settings and items, wherever they are set.</summary>
// The current folder is the process's.
[TestClass, DoNotParallelize]
public sealed class SameSettings
{
    /// <summary>The command's own program runs the engine, whatever the project names.</summary>
    private static readonly IReadOnlyList<Setting> Compared = [.. Setting.All.Where(setting => setting.Name != "KontraktEngineProgram")];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000)]
    public async Task WhereNothingIsSet()
    {
        using var folder = Project("");

        await CompareAsync(folder, [], []);
    }

    [TestMethod, Timeout(300_000)]
    public async Task WhereTheProjectSetsThem()
    {
        using var folder = Project(Properties(Sample));

        var settings = await CompareAsync(folder, [], []);

        AssertAll(settings, Compared, Sample);
    }

    /// <summary>Not KUBECONFIG, which everybody has set: it counts where nothing is said. KONTRAKT_CONFIGURATION is the command's alone.</summary>
    [TestMethod, Timeout(300_000)]
    public async Task WhereVariablesAndTheProjectSetThem()
    {
        using var folder = Project(Properties(Other));
        var settings = Compared.Where(setting => setting.Option.Length > 0 && setting.Variable is not null && setting.Fallback is null && setting.Name != "Configuration").ToList();

        var read = await CompareAsync(folder, settings.ToDictionary(setting => setting.Variable ?? "", Sample), []);

        AssertAll(read, settings, Sample);
        Assert.IsGreaterThan(40, settings.Count);
    }

    [TestMethod, Timeout(300_000)]
    public async Task WhereOptionsAndAllElseSetThem()
    {
        using var folder = Project(Properties(Other));
        var settings = Compared.Where(setting => setting.Option.Length > 0).ToList();
        var variables = settings.Where(setting => setting.Fallback is null && setting.Name != "Configuration").ToDictionary(setting => setting.Variable ?? "", Other);

        var read = await CompareAsync(folder, variables, settings);

        AssertAll(read, settings, Sample);
    }

    [TestMethod, Timeout(300_000)]
    public async Task AndItems()
    {
        using var folder = Project("", """
            <KontraktImage Include="web;sub/api" Name="$(MSBuildProjectName)-%(Filename)" Secrets="npm=env:NPM_TOKEN;key=../deploy.key" BuildArgs="A=1\;2;B=x" Stage="final" Cache="true" />
            <KontraktImage Include="job" Template="buildpacks" Source="src;lib" NAME_IN_CAPITALS="v" Parameters="lower=w" />
            """);

        var command = Command(folder, [], []).Images;
        var build = await BuildAsync(folder, [], [], "KontraktImage");
        var ofBuild = build.Select(item => new ImageItemReader(item["FullPath"], item.Where(pair => !WellKnown.Contains(pair.Key)).ToDictionary(), item["FullPath"], folder.At("Pod.csproj")).Read()).ToList();

        Assert.AreEqual(JsonSerializer.Serialize(ofBuild), JsonSerializer.Serialize(command));
        Assert.AreEqual("Pod-web Pod-api", string.Join(' ', command.Take(2).Select(item => item.Name)));
        Assert.AreEqual($"{Path.GetFullPath("../deploy.key", folder.Path)} env:NPM_TOKEN", string.Join(' ', command[0].Secrets.Values.Order(StringComparer.Ordinal)));
        Assert.AreEqual("1;2", command[1].BuildArgs["A"]);
        Assert.AreEqual("buildpacks", command[2].Template?.Template);
    }

    /// <summary>A project is evaluated in its own folder, which is the process's then: a command beside it has the folder that it was started in.</summary>
    [TestMethod, Timeout(300_000)]
    public void AndTheFolderWhileAnotherProjectIsRead()
    {
        using var folder = Project("");
        var started = Directory.GetCurrentDirectory();
        var result = new RootCommand().Parse([]);
        Assert.AreEqual(started, SettingOptions.Read(result, _ => null).Directory);

        using var sdk = SdkMSBuild.Find(folder.Path);

        Assert.AreEqual(folder.Path, Directory.GetCurrentDirectory());
        Assert.AreEqual(started, SettingOptions.Read(result, _ => null).Directory);
    }

    private static readonly string[] WellKnown = ["Identity", "FullPath", "RootDir", "Filename", "Extension", "RelativeDir", "Directory", "RecursiveDir", "ModifiedTime", "CreatedTime", "AccessedTime", "DefiningProjectFullPath", "DefiningProjectDirectory", "DefiningProjectName", "DefiningProjectExtension"];

    private static string Properties(Func<Setting, string> text) =>
        string.Concat(Compared.Select(setting => $"<{setting.Name}>{System.Security.SecurityElement.Escape(text(setting))}</{setting.Name}>\n"));

    private static TempFolder Project(string properties, string items = "")
    {
        var folder = new TempFolder();
        ProjectSettings.WriteProject(folder, "Pod.csproj", properties, items);
        return folder;
    }

    private static void AssertAll(KontraktSettings settings, IReadOnlyList<Setting> set, Func<Setting, string> text)
    {
        foreach (var setting in set)
            Assert.AreEqual(setting.ValueIn(SettingsReader.Read(new Dictionary<string, string?> { [setting.Name] = text(setting) }, "/")), setting.ValueIn(settings), setting.Name);
    }

    /// <summary>What both have.</summary>
    private async Task<KontraktSettings> CompareAsync(TempFolder folder, Dictionary<string, string> variables, IReadOnlyList<Setting> options)
    {
        var command = Command(folder, variables, options).Settings;
        var items = await BuildAsync(folder, variables, options, "_KontraktSetting");
        var build = SettingsReader.Read(items.ToDictionary(item => item["Identity"], item => (string?)item["Value"]), folder.Path, folder.At("Pod.csproj"));

        foreach (var setting in Compared)
            // What a property has is given to a task with the separators of the machine.
            Assert.AreEqual($"{setting.ValueIn(build)}".Replace('\\', '/'), $"{setting.ValueIn(command)}".Replace('\\', '/'), setting.Name);
        return command;
    }

    private static CommandSettings Command(TempFolder folder, Dictionary<string, string> variables, IReadOnlyList<Setting> options)
    {
        var root = new RootCommand { new Command("run"), CommandSettings.Project };
        foreach (var option in SettingOptions.All)
            root.Add(option);
        var result = root.Parse(["run", "--project", folder.At("Pod.csproj"), .. options.SelectMany(setting => new[] { setting.Option.Split(' ')[0], Sample(setting) })]);
        Assert.IsEmpty(result.Errors, string.Join('\n', result.Errors));
        return CommandSettings.Read(result, variables.GetValueOrDefault, new ReportedRun(new SilentLog()));
    }

    private async Task<IReadOnlyList<Dictionary<string, string>>> BuildAsync(TempFolder folder, Dictionary<string, string> variables, IReadOnlyList<Setting> options, string item)
    {
        var properties = options.Select(setting => $"-p:{setting.Name}={Sample(setting).Replace(";", "%3B", StringComparison.Ordinal)}");
        var outcome = await ToolProcess.RunAsync("dotnet", ["msbuild", "-nologo", folder.At("Pod.csproj"), "-t:_KontraktCollectSettings", $"-getItem:{item}", .. properties], folder.Path, variables, TestContext.CancellationToken);
        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        using var json = JsonDocument.Parse(outcome.Output);
        return [.. json.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(each => each.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "", StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>Paths are full ones: those of options begin at the current folder, those of a build at the project's.</summary>
    private static string Sample(Setting setting) =>
        (setting.Form is TextForm.Path or TextForm.Paths or TextForm.PathList ? "/" : "") + SettingSamples.All.Single(sample => sample.Setting.Name == setting.Name).Text;

    private static string Other(Setting setting) => Sample(setting) switch
    {
        "true" => "false",
        "false" => "true",
        "failed" => "always",
        "restricted" => "privileged",
        var text => text.Replace("seven", "eight", StringComparison.Ordinal).Replace('7', '8'),
    };

    private sealed class SilentLog : IRunLog
    {
        public void Report(RunEvent runEvent)
        {
        }
    }
}
