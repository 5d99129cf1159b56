using Kontrakt.Clusters.Embedded;
using Kontrakt.Tests;
using Tool.Tests.Engines;

namespace Tool.Tests.Looking;

/// <summary>Looking into what is not there any more: logs that were saved, and an error that says what to type.</summary>
[TestClass]
public sealed class Gone
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task LeavesTheLogs(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder);

        var saved = await TypeAsync(0, place, folder, "logs", "orders/pod/smoke", "--tail", "2");
        var other = await TypeAsync(2, place, folder, "logs", "orders/pod/smke");
        var container = await TypeAsync(2, place, folder, "logs", "smoke", "--container", "mian");
        var previous = await TypeAsync(1, place, folder, "logs", "smoke", "--previous");
        var listed = await TypeAsync(1, place, folder, "get");
        var executed = await TypeAsync(1, place, folder, "exec", "orders/pod/web", "--", "ls");

        Assert.AreEqual("second\nlast\n", saved.Output);
        Assert.Contains("orders/pod/smoke is not on the cluster any more; this is its saved log", saved.Error);
        Assert.Contains("(did you mean 'orders/pod/smoke'?). What exists: orders/pod/smoke, orders/pod/web.", other.Error);
        Assert.Contains("error KTR1201: orders/pod/smoke has no container 'mian' (did you mean 'main'?). Use one of: main.", container.Error);
        Assert.Contains("error KTR3041", previous.Error);
        Assert.Contains("has nothing on the cluster to look into: its namespace was deleted when it had ended. Run it so that it stays when it fails (kontrakt debug orders, or --keep failed)", listed.Error);
        Assert.Contains("error KTR3040: kontrakt 'orders' of the run ", executed.Error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Nothing is started in order to find nothing.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task WithItsEngineItSaysSo()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        await CommandLines.RunAsync(["engine", "stop", .. place.Options.Skip(2)]);

        var listed = await TypeAsync(1, place, folder, "get");
        var logs = await TypeAsync(0, place, folder, "logs", "smoke", "--tail", "1");
        var status = await CommandLines.RunAsync(["engine", "status", .. place.Options.Skip(2)]);

        Assert.Contains("error KTR3040: the run '", listed.Error);
        Assert.Contains("it was on the embedded engine, which has ended since", listed.Error);
        Assert.AreEqual("last\n", logs.Output);
        Assert.Contains("state\tstopped", status.Output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task WithItsClusterItSaysSo()
    {
        await using var place = await RunPlace.FindAsync("cluster", TestContext.CancellationToken);
        using var cluster = TestCluster.Require();
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        var elsewhere = Path.Combine(folder, "elsewhere.kubeconfig");
        await File.WriteAllTextAsync(elsewhere, TestCluster.KubeConfigFor(cluster.Connection, new Uri("https://127.0.0.1:1"), cluster.Connection.Identity), TestContext.CancellationToken);

        var unreachable = await CommandLines.RunAsync(["get", "--directory", folder, "--kubeconfig", elsewhere, "--context", "broken"]);
        var unnamed = await CommandLines.RunAsync(["get", "--directory", folder, "--kubeconfig", elsewhere]);
        await TypeAsync(0, place, folder, "delete");

        Assert.AreEqual((1, 1), (unreachable.ExitCode, unnamed.ExitCode), unreachable.Error + unnamed.Error);
        Assert.Contains($"it is on cluster '{cluster.Connection.Name}' at {cluster.Connection.Server}, and 'broken' at https://127.0.0.1:1/ is named", unreachable.Error);
        Assert.Contains($"error KTR3003: the kubeconfig cannot be used: it has no context '{cluster.Connection.Name}'", unnamed.Error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task WhileItIsFollowedItIsAFailure()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        var engine = EngineHandshake.Read(new(place.Options[^1]))?.Pid ?? 0;
        Task? killing = null;

        var followed = await ToolProcess.KontraktAsync(folder, ["logs", "--directory", folder, .. place.Options.Skip(2), "-f", "web", "--container", "side"], new Dictionary<string, string>(), TestContext.CancellationToken,
            (_, line) => killing ??= line == "tick" ? Signals.SendAsync("KILL", engine) : null);

        Assert.IsNotNull(killing, followed.Log);
        await killing;
        Assert.AreEqual(1, followed.ExitCode, followed.Log);
        Assert.Contains("error KTR6030: the embedded engine ended while the log of 'web' was looked at", followed.Error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task WhileItsPortsAreForwardedItIsAFailure(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        Task? deleting = null;

        var forwarded = await ToolProcess.KontraktAsync(folder, ["port-forward", "--directory", folder, .. place.Options.Skip(2), "web", ":8080"], new Dictionary<string, string>(), TestContext.CancellationToken,
            (_, line) => deleting ??= line.StartsWith("127.0.0.1:", StringComparison.Ordinal) ? TypeAsync(0, place, folder, "delete") : null);

        Assert.IsNotNull(deleting, forwarded.Log);
        await deleting;
        Assert.AreEqual(1, forwarded.ExitCode, forwarded.Log);
        Assert.Contains("error KTR3042: orders/pod/web cannot be used for this: it has ended while its ports were forwarded (", forwarded.Error);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int ExitCode, string Output, string Error)> TypeAsync(int expected, RunPlace place, string folder, params string[] words)
    {
        string[] options = words[0] == "delete" ? [.. place.Options] : [.. place.Options.Skip(2)];
        var outcome = await CommandLines.RunAsync([words[0], "--directory", folder, .. options, .. words.Skip(1)]);
        Assert.AreEqual(expected, outcome.ExitCode, $"{string.Join(' ', words)}: {outcome.Error}");
        return outcome;
    }
}
