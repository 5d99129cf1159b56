using Kontrakt.Reports;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>What the command writes names a setting as the person gave it, or would give it.</summary>
[TestClass]
public sealed class NamesOfSettings
{
    public static IEnumerable<(string, string[], Dictionary<string, string>, string?, string)> Cases =>
    [
        ("an option", ["--timeout", "soon"], [], null, "KTR1019: --timeout has the value 'soon'"),
        ("an option before a variable", ["--timeout", "soon"], new() { ["KONTRAKT_TIMEOUT"] = "later" }, null, "KTR1019: --timeout has the value 'soon'"),
        ("a variable", [], new() { ["KONTRAKT_TIMEOUT"] = "soon" }, null, "KTR1019: KONTRAKT_TIMEOUT has the value 'soon'"),
        ("the project", [], [], "<KontraktTimeout>soon</KontraktTimeout>", "KTR1019: KontraktTimeout has the value 'soon'"),
        ("an option before the project", ["--timeout", "soon"], [], "<KontraktTimeout>5m</KontraktTimeout>", "KTR1019: --timeout has the value 'soon'"),
        ("nothing", [], [], null, "Add one, or set --directory."),
        ("a filter", ["--filter", "Name=x"], [], null, "Add one, or set --directory."),
    ];

    [TestMethod, Timeout(300_000)]
    [DynamicData(nameof(Cases))]
    public async Task AreThoseThatWereTyped(string name, string[] options, Dictionary<string, string> variables, string? project, string message)
    {
        using var folder = new TempFolder();
        if (project is not null)
            folder.Write("Pod.csproj", $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><_KontraktPropsImported>true</_KontraktPropsImported>{project}</PropertyGroup></Project>""");

        var (_, _, error) = await CommandLines.RunAsync(["run", "--directory", folder.Path, .. options], variables);

        Assert.Contains(message, error, name);
    }

    /// <summary>A build has properties behind a switch of its own; a command has no such switch.</summary>
    [TestMethod]
    public void TakeTheSwitchOfABuildWithThem()
    {
        const string text = "Name its cluster (-p:KontraktKubeContext=local -p:KontraktKubeConfig='/a b').";

        Assert.AreEqual(text, SettingNames.Properties.In(text));
        Assert.AreEqual("Name its cluster (--context local --kubeconfig='/a b').", new SettingNames((name, value) => name == "KontraktKubeContext" ? $"--context {value}" : "--kubeconfig").In(text));
    }

    /// <summary>A step is a verb here, and reports have the same words.</summary>
    [TestMethod, Timeout(300_000)]
    public async Task AreInReportsAsWell()
    {
        using var folder = new TempFolder();
        var report = folder.At("report.xml");

        var (_, _, error) = await CommandLines.RunAsync(["run", "--directory", folder.Path, "--junit", report]);

        Assert.Contains("set --directory.", error);
        Assert.Contains("set --directory.", await File.ReadAllTextAsync(report));
    }
}
