using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>Logs that are shown while they are written: of a run's tests, and of a pod of a run that goes on.</summary>
[TestClass]
public sealed class FollowedRuns
{
    private const int Sigint = 2;

    private const string Tests = """
        apiVersion: v1
        kind: Pod
        metadata: {name: talks, labels: {kontrakt: test}}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          containers:
          - {name: one, image: BUSYBOX, command: [sh, -c, "echo begins; while ! test -e /tmp/go; do sleep 0.2; done; echo ends"], volumeMounts: [{name: tmp, mountPath: /tmp}]}
          - {name: two, image: BUSYBOX, command: [sh, -c, "printf '\\033[31mred\\033[0m'"]}
          volumes: [{name: tmp, emptyDir: {}}]
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task ShowWhatTestsWriteWithoutSecrets(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);

        var log = await place.RunAsync(1, folder, "--follow");

        var lines = log.Split('\n').Where(line => line.StartsWith("orders: pod/", StringComparison.Ordinal) && line.Contains(" | ", StringComparison.Ordinal)).ToList();
        CollectionAssert.AreEqual(new[] { "orders: pod/smoke | the password is ***", "orders: pod/smoke | second", "orders: pod/smoke | last" }, lines, log);
        Assert.DoesNotContain(KeptOrders.Password, log);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The test ends only when another command, which looked into the run while it went on, says so.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task CanBeLookedIntoWhileTheyGoOn(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("tool-followed-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "talks", "kontrakt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "talks", "kontrakt", "pod.yaml"), Tests.Replace("BUSYBOX", place.Image, StringComparison.Ordinal), TestContext.CancellationToken);
        string[] at = ["--directory", folder, .. place.Options.Skip(2)];
        Task<(string Followed, int Command)>? looking = null;

        var run = await ToolProcess.KontraktAsync(folder, ["run", .. place.Options, "--follow"], new Dictionary<string, string> { ["SOURCE_REFERENCE"] = "r" }, TestContext.CancellationToken, (_, line) =>
        {
            if (line == "talks: pod/talks one | begins")
                looking = LookAsync(at);
        });

        Assert.AreEqual(0, run.ExitCode, run.Log);
        Assert.Contains("talks: pod/talks one | ends\n", run.Error);
        Assert.Contains("talks: pod/talks two | red\n", run.Error);
        Assert.IsNotNull(looking, run.Log);
        Assert.AreEqual(("begins\nends\n", 0), await looking);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task StopWithCtrlC(string where)
    {
        var kept = await KeptOrders.OnAsync(where);
        var signalled = 0;

        var outcome = await kept.StartAsync(TestContext.CancellationToken, (tool, line) =>
        {
            if (line == "tick" && Interlocked.Exchange(ref signalled, 1) == 0)
                tool.Signal(Sigint);
        }, "logs", "-f", "web", "--container", "side", "--tail", "1");

        Assert.AreEqual(130, outcome.ExitCode, outcome.Log);
        Assert.StartsWith("tick\n", outcome.Output);
    }

    /// <summary>The log of the pod is followed to its end, which the command itself brings about.</summary>
    private static async Task<(string Followed, int Command)> LookAsync(string[] at)
    {
        var following = CommandLines.RunAsync(["logs", .. at, "-f", "talks", "--container", "one"]);
        var (command, _, _) = await CommandLines.RunAsync(["exec", .. at, "talks", "--container", "one", "--", "touch", "/tmp/go"]);
        var (_, followed, _) = await following;
        return (followed, command);
    }
}
