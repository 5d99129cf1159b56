using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>Steps that come twice, or too late, or to a record that is damaged.</summary>
[TestClass]
public sealed class RepeatedSteps
{
    private const string Jobs = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: good}
        spec:
          template:
            metadata: {labels: {kontrakt: test}}
            spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: ["true"]}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: bad}
        spec:
          backoffLimit: 0
          template:
            metadata: {labels: {kontrakt: test}}
            spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, exit 3]}]}
        """;

    private const string Nothing = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: there}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tool-repeated-");

    public TestContext TestContext { get; set; } = null!;

    private string Runs => Path.Combine(_folder.FullName, "obj", "kontrakt");

    private string Latest => File.ReadAllText(Path.Combine(Runs, "latest")).Trim();

    [TestCleanup]
    public void Remove() => _folder.Delete(recursive: true);

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AnApplyAndAnAssertOfTheSameRunSayTheSameAgain()
    {
        using var cluster = TestCluster.Require();
        Write("repeated-kontrakt/jobs.yaml", Jobs.Replace("BUSYBOX", await TestImage.BusyboxAsync(), StringComparison.Ordinal));

        var first = await RunAsync(cluster, 0, "apply");
        var again = await RunAsync(cluster, 0, "apply", "--run", Latest);
        await RunAsync(cluster, 0, "wait");
        await DeleteJobsAsync(cluster);
        var assert = await RunAsync(cluster, 1, "assert");
        var assertAgain = await RunAsync(cluster, 1, "assert");
        await RunAsync(cluster, 0, "delete");

        Assert.AreEqual(first.Output, again.Output);
        foreach (var error in new[] { assert.Error, assertAgain.Error })
        {
            Assert.HasCount(2, error.Split("error KTR"), error);
            Assert.Contains("error KTR4001: test 'job/bad' failed: container 'main' ended with exit code 3", error);
        }
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task ADeleteThatFailsSaysSoAndComesAgain()
    {
        using var cluster = TestCluster.Require();
        Write("repeated-kontrakt/map.yaml", Nothing);
        Write("repeated-kontrakt/map.assert.yaml", Nothing);
        var stranger = Write("stranger.kubeconfig", TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new ClusterIdentity.Token("nobody")));

        await RunAsync(cluster, 0, "apply");
        await RunAsync(cluster, 0, "wait");
        await RunAsync(cluster, 0, "assert");
        var refused = await RunAsync(cluster, 1, "delete", "--kubeconfig", stranger, "--kube-context", "broken");
        await RunAsync(cluster, 0, "push");
        var deleted = await RunAsync(cluster, 0, "delete");
        var nothingLeft = await RunAsync(cluster, 0, "delete");

        Assert.Contains("error KTR", refused.Error);
        Assert.Contains("deleted the namespace", deleted.Error);
        Assert.DoesNotContain("deleted the namespace 'kontrakt-repeated", nothingLeft.Error);
        Assert.IsEmpty(await cluster.NamespacesOfAsync(Latest, TestContext.CancellationToken));
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task ADamagedRecordStopsTheNextStepAndNoNewRun()
    {
        using var cluster = TestCluster.Require();
        Write("repeated-kontrakt/map.yaml", Nothing);
        Write("repeated-kontrakt/map.assert.yaml", Nothing);
        Write("obj/kontrakt/latest", "damaged");
        Write("obj/kontrakt/damaged/run.json", "{");

        var wait = await RunAsync(cluster, 2, "wait");
        var delete = await RunAsync(cluster, 2, "delete");
        await RunAsync(cluster, 0, "apply");
        await RunAsync(cluster, 0, "delete");

        Assert.Contains("error KTR1023", wait.Error);
        Assert.Contains("error KTR1023", delete.Error);
        Assert.AreNotEqual("damaged", Latest);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("r", "r", true)]
    [DataRow("r", "other", false)]
    public async Task AStepGoesOnWithARunWithoutImagesWhileTheSourcesAreTheSame(string first, string second, bool goesOn)
    {
        Write("repeated-kontrakt/map.yaml", Nothing);
        Write("repeated-kontrakt/map.assert.yaml", Nothing);

        var build = await CommandLines.RunAsync(["build", "-f", _folder.FullName], new() { ["SOURCE_REFERENCE"] = first });
        var begun = Latest;
        var resolve = await CommandLines.RunAsync(["resolve", "-f", _folder.FullName], new() { ["SOURCE_REFERENCE"] = second });

        Assert.AreEqual((0, 0), (build.ExitCode, resolve.ExitCode), build.Error + resolve.Error);
        Assert.AreEqual(goesOn, begun == Latest, resolve.Error);
        Assert.AreEqual("*", File.ReadAllText(Path.Combine(Runs, ".gitignore")).Trim());
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AnAssertWithoutAWaitDoesNotJudgeWhatWasNeverApplied()
    {
        using var cluster = TestCluster.Require();
        Write("repeated-kontrakt/map.yaml", Nothing + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: later\n  annotations: {kontrakt/after: ready}\n");
        Write("repeated-kontrakt/map.assert.yaml", Nothing);

        await RunAsync(cluster, 0, "apply");
        var tooSoon = await RunAsync(cluster, 1, "assert");
        await RunAsync(cluster, 0, "wait");
        await RunAsync(cluster, 0, "assert");
        await RunAsync(cluster, 0, "delete");

        Assert.Contains("map.yaml(9,33): error KTR4035: configmap/later is applied during wait", tooSoon.Error);
    }

    private async Task DeleteJobsAsync(TestCluster cluster)
    {
        var jobs = await cluster.Client.FindResourceAsync(GroupVersionKind.From("batch/v1", "Job"), TestContext.CancellationToken);
        var ns = (await cluster.NamespacesOfAsync(Latest, TestContext.CancellationToken)).Single();
        foreach (var name in new[] { "good", "bad" })
            Assert.IsTrue(await cluster.Client.DeleteAsync(new(jobs!, ns, name), new() { Propagation = Propagation.Background }, TestContext.CancellationToken));
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(TestCluster cluster, int expected, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = TestCluster.KubeConfigPath!, ["KONTRAKT_KUBE_CONTEXT"] = cluster.Connection.Name, ["SOURCE_REFERENCE"] = "r" };
        var outcome = await CommandLines.RunAsync([.. arguments, "-f", _folder.FullName], environment);
        Assert.AreEqual(expected, outcome.ExitCode, $"{string.Join(' ', arguments)}: {outcome.Error}");
        return outcome;
    }
}
