using System.Xml.Linq;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>A run that is ended from outside leaves reports that say so: one that gets a signal writes them last, one that is killed has written them by then.</summary>
[TestClass]
public sealed class InterruptedRuns
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task LeaveReportsThatAreIncomplete()
    {
        using var cluster = TestCluster.Require();
        var folder = Directory.CreateTempSubdirectory("tool-interrupted-").FullName;
        await WriteAsync(folder, "hangs.kontrakt", await TestImage.BusyboxAsync(), "[sleep, \"600\"]");
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = TestCluster.KubeConfigPath ?? "", ["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "step.md"), ["SOURCE_REFERENCE"] = "x" };
        var ended = 0;

        var outcome = await ToolProcess.KontraktAsync(folder, ["run", "--context", cluster.Connection.Name, "--html", "report.html", "--junit", "report.xml", "--trx", "report.trx"], environment,
            TestContext.CancellationToken, (tool, line) =>
            {
                if (line.EndsWith("pod/smoke: Running", StringComparison.Ordinal) && Interlocked.Exchange(ref ended, 1) == 0)
                    tool.Signal(Sigterm);
            });

        Assert.AreEqual(128 + Sigterm, outcome.ExitCode, outcome.Log);
        Assert.Contains("<strong>Incomplete:</strong>", Read(folder, "report.html"), outcome.Log);
        Assert.Contains("<skipped message=\"no verdict: the run ended when the kontrakt was applied\"", Read(folder, "report.xml"), outcome.Log);
        Assert.Contains("outcome=\"NotExecuted\"", Read(folder, "report.trx"), outcome.Log);
        Assert.Contains("**Incomplete:**", Read(folder, "step.md"), outcome.Log);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task ThatAreKilledLeaveReportsOfWhatHadEnded()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("tool-killed-").FullName;
        await WriteAsync(folder, "quick-kontrakt", place.Image, "[echo, done]");
        await WriteAsync(folder, "hangs-kontrakt", place.Image, "[sleep, \"100000\"]");
        string[] reports = ["report.xml", "report.trx", "report.html", "report.md"];
        foreach (var report in reports)
            await File.WriteAllTextAsync(Path.Combine(folder, report), "an earlier run", TestContext.CancellationToken);
        var environment = new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "step.md"), ["SOURCE_REFERENCE"] = "x" };
        var watching = 0;

        var outcome = await ToolProcess.KontraktAsync(folder, ["run", .. place.Options, "--junit", reports[0], "--trx", reports[1], "--html", reports[2], "--markdown", reports[3]], environment,
            TestContext.CancellationToken, (tool, line) =>
            {
                if (line.StartsWith("quick-kontrakt: passed", StringComparison.Ordinal) && Interlocked.Exchange(ref watching, 1) == 0)
                    _ = KillAsync(tool, folder);
            });

        Assert.AreEqual(128 + Sigkill, outcome.ExitCode, outcome.Log);
        var (junit, trx) = (XDocument.Parse(Read(folder, reports[0])), XDocument.Parse(Read(folder, reports[1])));
        CollectionAssert.AreEquivalent(new[] { "quick-kontrakt pod/smoke", "hangs-kontrakt kontrakt skipped", "(run) run skipped" }, junit.Descendants("testcase")
            .Select(each => $"{each.Attribute("classname")?.Value} {each.Attribute("name")?.Value} {each.Elements().FirstOrDefault()?.Name.LocalName}".Replace(" system-out", "").TrimEnd()).ToArray(), junit.ToString());
        CollectionAssert.AreEquivalent(new[] { "Passed", "NotExecuted", "NotExecuted" }, trx.Descendants().Where(each => each.Name.LocalName == "UnitTestResult").Select(each => each.Attribute("outcome")?.Value).ToArray(), trx.ToString());
        Assert.Contains("<strong>Incomplete:</strong>", Read(folder, reports[2]));
        Assert.EndsWith("</html>\n", Read(folder, reports[2]));
        Assert.Contains("**Incomplete:**", Read(folder, reports[3]));
        Assert.IsFalse(File.Exists(environment["GITHUB_STEP_SUMMARY"]), "the summary of a step is added to at the end alone");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Kills it as soon as every report tells of the kontrakt that has passed. A file is replaced by renaming, so that what is read is whole.</summary>
    private async Task KillAsync(ToolProcess tool, string folder)
    {
        while (!Read(folder, "report.xml").Contains("name=\"pod/smoke\"", StringComparison.Ordinal) || !Read(folder, "report.trx").Contains("outcome=\"Passed\"", StringComparison.Ordinal)
            || !Read(folder, "report.html").Contains("<h1>Kontrakts: 1 passed", StringComparison.Ordinal) || !Read(folder, "report.md").Contains("| quick-kontrakt | ✅ passed", StringComparison.Ordinal))
            await Task.Delay(100, TestContext.CancellationToken);
        tool.Signal(Sigkill);
    }

    private static Task WriteAsync(string folder, string name, string image, string command) =>
        File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "pod.yaml"), $$"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: smoke
              labels:
                kontrakt: test
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: {{image}}
                command: {{command}}
            """);

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name));
}
