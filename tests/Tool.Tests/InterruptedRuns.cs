using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>A run that is ended from outside leaves reports that say so.</summary>
[TestClass]
public sealed class InterruptedRuns
{
    private const int Sigterm = 15;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task LeaveReportsThatAreIncomplete()
    {
        using var cluster = TestCluster.Require();
        var folder = Directory.CreateTempSubdirectory("tool-interrupted-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "hangs.kontrakt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "hangs.kontrakt", "pod.yaml"), $$"""
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
                image: {{await TestImage.BusyboxAsync()}}
                command: [sleep, "600"]
            """, TestContext.CancellationToken);
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

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name));
}
