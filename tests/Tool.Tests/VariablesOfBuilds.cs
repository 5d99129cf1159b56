using System.Text.Json;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>The command's environment variables count in a build as well: before the project, after -p.</summary>
[TestClass]
public sealed class VariablesOfBuilds
{
    /// <summary>Not KUBECONFIG, which everybody has set: it counts where nothing is said. A build has its configuration from -c.</summary>
    private static readonly IReadOnlyList<Setting> Compared =
        [.. Setting.All.Where(setting => setting.Option.Length > 0 && setting.Variable is not null && setting.Fallback is null && setting.Name != "Configuration")];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000)]
    public async Task ComeBeforeTheProjectsProperties()
    {
        var read = await BuildAsync(Compared.ToDictionary(setting => setting.Variable ?? "", Sample), []);

        Assert.IsGreaterThan(40, Compared.Count);
        foreach (var setting in Compared)
            Assert.AreEqual(Sample(setting), read[setting.Name], setting.Name);
    }

    [TestMethod, Timeout(300_000)]
    public async Task ComeAfterThoseOfTheCommandLine()
    {
        var read = await BuildAsync(Compared.ToDictionary(setting => setting.Variable ?? "", _ => "of-the-variable"), Compared);

        foreach (var setting in Compared)
            Assert.AreEqual(Sample(setting), read[setting.Name], setting.Name);
    }

    /// <summary>What a build passes to the tasks, by name, of a project that sets all of them.</summary>
    private async Task<Dictionary<string, string>> BuildAsync(Dictionary<string, string> variables, IReadOnlyList<Setting> options)
    {
        using var folder = new TempFolder();
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            folder.Write(file, "<Project />");
        folder.Write("Pod.csproj", $"""
            <Project>
              <Import Project="{Repository.Root}/src/Sdk/Sdk/Sdk.props" />
              <PropertyGroup>{string.Concat(Compared.Select(setting => $"<{setting.Name}>of-the-project</{setting.Name}>"))}</PropertyGroup>
              <Import Project="{Repository.Root}/src/Sdk/Sdk/Sdk.targets" />
            </Project>
            """);
        var properties = options.Select(setting => $"-p:{setting.Name}={Sample(setting).Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)}");
        var outcome = await ToolProcess.RunAsync("dotnet", ["msbuild", "-nologo", folder.At("Pod.csproj"), "-t:_KontraktCollectSettings", "-getItem:_KontraktSetting", .. properties],
            folder.Path, variables, TestContext.CancellationToken);
        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        using var json = JsonDocument.Parse(outcome.Output);
        return json.RootElement.GetProperty("Items").GetProperty("_KontraktSetting").EnumerateArray()
            .ToDictionary(item => item.GetProperty("Identity").GetString() ?? "", item => item.GetProperty("Value").GetString() ?? "");
    }

    private static string Sample(Setting setting) => SettingSamples.All.Single(sample => sample.Setting.Name == setting.Name).Text;
}
