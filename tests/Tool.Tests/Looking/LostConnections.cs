using Kontrakt.Kubernetes.Client;
using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>A log that is followed goes on where the connection broke: no line is missing, none comes twice.</summary>
[TestClass]
public sealed class LostConnections
{
    private const int Lines = 140;

    private Task<(int ExitCode, string Output, string Error)> _going = Task.FromResult((1, "", "it did not begin"));

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine", "", 1)]
    [DataRow("cluster", "", 1)]
    [DataRow("engine", "--tail 5", 0)]
    [DataRow("cluster", "--tail 5", 0)]
    public async Task BreakNoLog(string where, string options, int first)
    {
        // Many lines of one time, as programs write them.
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var proxy = new TcpProxy(place.Connection.Server);
        using var folder = new TempFolder();
        folder.Write("orders-kontrakt/pod.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: counts, labels: {{kontrakt: test}}}}\nspec: {{restartPolicy: Never, containers: [{{name: main, image: '{place.Image}', command: [sh, -c, 'i=0; while [ $i -lt {Lines} ]; do i=$((i+1)); echo line $i; echo; test $((i % 7)) != 0 || sleep 0.3; done']}}]}}\n");
        folder.Write("config", TestCluster.KubeConfigFor(place.Connection, new Uri($"https://127.0.0.1:{proxy.Port}"), place.Connection.Identity));
        string[] at = ["-f", folder.Path, "--kubeconfig", folder.At("config"), "--context", "broken"];
        var applied = await CommandLines.RunAsync(["apply", .. at], new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(0, applied.ExitCode, applied.Error);
        using var client = new ClusterClient(place.Connection, null);
        var ns = applied.Output.Trim().Split('\t')[1];
        await foreach (var change in client.WatchAsync(Kontrakt.Kubernetes.Objects.ApiResource.Pods, new(ns), TestContext.CancellationToken))
            if (change.Object?.Text("status", "phase") is "Running" or "Succeeded")
                break;

        var following = CommandLines.RunAsync(["logs", .. at[2..], "--directory", folder.Path, "--follow", "orders-kontrakt/pod/counts", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        using (var seen = new StreamReader(await client.OpenLogAsync(ns, "counts", new("main") { Follow = true }, TestContext.CancellationToken)))
        {
            while (await seen.ReadLineAsync(TestContext.CancellationToken) is { } line)
                if (line is "line 30" or "line 60" or "line 90")
                    proxy.Break();
        }
        var (exitCode, output, error) = await following;
        var deleted = await CommandLines.RunAsync(["delete", .. at]);

        Assert.AreEqual(0, exitCode, error);
        var numbers = output.Split('\n').Where(line => line.Length > 0).Select(line => int.Parse(line["line ".Length..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.AreSequenceEqual([.. Enumerable.Range(first == 0 ? numbers[0] : first, Lines - (first == 0 ? numbers[0] : first) + 1)], numbers);
        Assert.Contains("the log has ended: ", error);
        Assert.AreEqual(0, deleted.ExitCode, deleted.Error);
    }

    /// <summary>What a container writes after it was started again is another log.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task DoNotLeadIntoTheNextRunOfTheContainer(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var proxy = new TcpProxy(place.Connection.Server);
        using var folder = new TempFolder();
        folder.Write("orders-kontrakt/pod.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: again, labels: {{kontrakt: readiness}}}}\nspec: {{terminationGracePeriodSeconds: 0, volumes: [{{name: v, emptyDir: {{}}}}], containers: [{{name: main, image: '{place.Image}', volumeMounts: [{{name: v, mountPath: /v}}], command: [sh, -c, 'test ! -e /v/done || {{ echo second run; exec sleep 1000; }}; echo line 1; while ! test -e /v/go; do sleep 0.1; done; echo line 2; touch /v/done; exit 1']}}]}}\n");
        folder.Write("config", TestCluster.KubeConfigFor(place.Connection, new Uri($"https://127.0.0.1:{proxy.Port}"), place.Connection.Identity));
        string[] at = ["--directory", folder.Path, "--kubeconfig", folder.At("config"), "--context", "broken"];
        var applied = await CommandLines.RunAsync(["apply", "-f", folder.Path, .. at[2..]], new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(0, applied.ExitCode, applied.Error);
        using var client = new ClusterClient(place.Connection, null);
        var ns = applied.Output.Trim().Split('\t')[1];
        await foreach (var change in client.WatchAsync(Kontrakt.Kubernetes.Objects.ApiResource.Pods, new(ns), TestContext.CancellationToken))
            if (change.Object?.Text("status", "phase") is "Running")
                break;

        var followed = await ToolProcess.KontraktAsync(folder.Path, ["logs", .. at, "-f", "orders-kontrakt/pod/again"], new Dictionary<string, string>(), TestContext.CancellationToken, (_, line) =>
        {
            if (line != "line 1")
                return;
            proxy.Break();
            _going = CommandLines.RunAsync(["exec", .. at, "orders-kontrakt/pod/again", "--", "touch", "/v/go"]);
        });
        // The container may end before the command's own connection does.
        await _going;
        var deleted = await CommandLines.RunAsync(["delete", "-f", folder.Path, .. at[2..]]);

        Assert.AreEqual(0, followed.ExitCode, followed.Log);
        Assert.AreEqual("line 1\nline 2\n", followed.Output);
        Assert.AreEqual(0, deleted.ExitCode, deleted.Error);
    }
}
