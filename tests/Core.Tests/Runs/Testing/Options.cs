using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Runs;

/// <summary>What dotnet test is told, as settings of a run, and how it ends.</summary>
[TestClass]
public sealed class Options
{
    private static readonly DateTimeOffset Now = new(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local));

    [TestMethod, Timeout(60_000)]
    [DataRow("trx", "KontraktTrx=/p/TestResults/Shop_2026-01-02_03_04_05.trx")]
    [DataRow("trx;LogFileName=a.trx;console;verbosity=detailed", "KontraktTrx=/p/TestResults/a.trx")]
    [DataRow("console;verbosity=detailed;TRX;logfileprefix=ci", "KontraktTrx=/p/TestResults/ci_2026-01-02_03_04_05.trx")]
    [DataRow("html;LogFileName=/tmp/a.html;junit;LogFilePath=b.xml", "KontraktHtml=/tmp/a.html KontraktJUnit=/p/TestResults/b.xml")]
    public void LoggersAreReports(string loggers, string expected)
    {
        var settings = Of(new() { Project = "Shop", Directory = "/p", Loggers = loggers }, out var notes);

        Assert.AreEqual(expected, settings);
        Assert.IsEmpty(notes);
    }

    [TestMethod, Timeout(60_000)]
    public void LoggerThatThereIsNotIsSaid()
    {
        var settings = Of(new() { Project = "Shop", Directory = "/p", Loggers = "GitHubActions;summary.includePassedTests=true" }, out var notes);

        Assert.AreEqual("", settings);
        Assert.AreEqual("kontrakts have no logger 'GitHubActions'; there are trx, junit and html", notes.Single());
    }

    [TestMethod, Timeout(60_000)]
    public void FilterOfTheCommandHoldsBesideTheProjects()
    {
        Assert.AreEqual("KontraktFilter=(tier=fast)&(Name=a|Name=b)", Of(new() { Project = "Shop", Directory = "/p", Filter = "Name=a|Name=b" }, out _, filter: "tier=fast"));
        Assert.AreEqual("KontraktFilter=Name=a", Of(new() { Project = "Shop", Directory = "/p", Filter = "Name=a" }, out _));
    }

    [TestMethod, Timeout(60_000)]
    public void RunSettingsGiveWhatKontraktKnowsAndTheCommandGoesBeforeThem()
    {
        using var root = new TempFolder();
        var file = root.Write("ci/my.runsettings", """
            <RunSettings>
              <RunConfiguration>
                <ResultsDirectory>results</ResultsDirectory>
                <TestCaseFilter>Name=a</TestCaseFilter>
                <EnvironmentVariables><KONTRAKT_OTHER>1</KONTRAKT_OTHER><KontraktKeep>failed</KontraktKeep><KO_DOCKER_REPO>localhost:5000/x</KO_DOCKER_REPO></EnvironmentVariables>
              </RunConfiguration>
              <TestRunParameters><Parameter name="KontraktKeep" value="always" /><Parameter name="KontraktTimeout" value="2m" /></TestRunParameters>
              <LoggerRunSettings><Loggers><Logger friendlyName="trx"><Configuration><LogFileName>a.trx</LogFileName></Configuration></Logger><Logger friendlyName="html" enabled="False" /></Loggers></LoggerRunSettings>
            </RunSettings>
            """);

        var settings = Of(new() { Project = "Shop", Directory = "/p", RunSettings = file, Inline = "RunConfiguration.MaxCpuCount=1;RunConfiguration.EnvironmentVariables.KontraktShard=1/2;TestRunParameters.Parameter(name=\"KontraktTimeout\",value=\"3m\")" }, out _);

        Assert.AreEqual($"KO_DOCKER_REPO=localhost:5000/x KontraktFilter=Name=a KontraktKeep=always KontraktShard=1/2 KontraktTimeout=3m KontraktTrx={root.Path}/ci/results/a.trx", settings);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("<RunSettings")]
    [DataRow("<!DOCTYPE x [<!ENTITY a 'b'>]><RunSettings>&a;</RunSettings>")]
    [DataRow(null)]
    public void RunSettingsThatCannotBeReadAreAnError(string? text)
    {
        using var root = new TempFolder();
        var file = text is null ? Path.Combine(root.Path, "no.runsettings") : root.Write("my.runsettings", text);

        var e = Assert.ThrowsExactly<KontraktException>(() => Of(new() { Project = "Shop", Directory = "/p", RunSettings = file }, out _));

        Assert.AreEqual(("KTR1140", file), (e.Diagnostics.Single().Code, e.Diagnostics.Single().Location?.File));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(RunState.Passed, "Passed!  - Failed:     0, Passed:     1, Skipped:     0, Total:     1, Duration: 2 s - Shop.csproj")]
    [DataRow(RunState.Failed, "Failed!  - Failed:     1, Passed:     0, Skipped:     0, Total:     1, Duration: 2 s - Shop.csproj")]
    [DataRow(RunState.Applied, "Skipped! - Failed:     0, Passed:     0, Skipped:     1, Total:     1, Duration: 2 s - Shop.csproj")]
    public void LastLineIsThatOfDotnetTest(RunState state, string expected)
    {
        var run = new RunRecord { Id = "x", Started = Now, Directory = "/p", Kontrakts = [new() { Name = "k", Directory = "/p", Files = [], State = state, Began = Now, Ended = Now.AddSeconds(2) }] };

        Assert.AreEqual(expected, TestSummary.Of(run).Line("Shop.csproj"));
    }

    private static string Of(TestOptions options, out IReadOnlyList<string> notes, string filter = "") =>
        string.Join(' ', options.ToSettings(filter, Now, out notes).OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => $"{setting.Key}={setting.Value}"));
}
