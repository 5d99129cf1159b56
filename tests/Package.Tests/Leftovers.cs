using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Package.Tests;

/// <summary>What a build leaves on the cluster, on purpose or because it was killed, and who takes it away. The pod of these builds fits on no node: it starts nothing and goes at once.</summary>
[TestClass]
public sealed class Leftovers
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    [DataRow("one", "-t:KontraktDelete", DisplayName = "deleted by the project itself")]
    [DataRow("two", "-t:KontraktDelete", DisplayName = "deleted by another project")]
    [DataRow("two", "-t:Kontrakt", DisplayName = "deleted by another project's run")]
    public async Task KilledBuildsNamespaceGoesWithTheNextOne(string project, string target)
    {
        using var cluster = TestCluster.Require();
        using var workspace = WithTwoKontrakts();
        var log = await workspace.KillBuildAtAsync("pod/smoke: Pending", ["one", "-t:Kontrakt", "-m:1", .. Settings(cluster, "1h")]);
        var run = RunOf(workspace, "one");
        Assert.HasCount(1, await cluster.NamespacesOfAsync(run, TestContext.CancellationToken), log);

        var next = await workspace.BuildAsync([project, target, .. Settings(cluster, "1s")]);

        await GoneAsync(cluster, run, $"{log}\n{next.Log}");
    }

    [TestMethod, Timeout(600_000)]
    [DataRow("never", false)]
    [DataRow("failed", true)]
    [DataRow("always", true)]
    public async Task KeptNamespaceSurvivesOtherRunsUntilItExpires(string keep, bool kept)
    {
        using var cluster = TestCluster.Require();
        using var workspace = WithTwoKontrakts();

        var build = await workspace.BuildAsync(["one", "-t:Kontrakt", $"-p:KontraktKeep={keep}", .. Settings(cluster, "1s")]);
        var run = RunOf(workspace, "one");
        var other = await workspace.BuildAsync(["two", "-t:KontraktDelete", .. Settings(cluster, "1s")]);
        var left = await cluster.NamespacesOfAsync(run, TestContext.CancellationToken);

        build.Fails();
        other.Succeeds();
        if (!kept)
        {
            Assert.IsEmpty(left, build.Log);
            return;
        }
        build.Says($"kubectl --context {cluster.Connection.Name} -n {left.Single()} get all,events");
        await cluster.Client.MergePatchAsync(new(ApiResource.Namespaces, null, left.Single()), JsonNode.Parse("""{ "metadata": { "annotations": { "kontrakt/expires": "2020-01-01T00:00:00Z" } } }""")!.AsObject(),
            TestContext.CancellationToken);
        var expired = await workspace.BuildAsync(["two", "-t:KontraktDelete", .. Settings(cluster, "1s")]);
        await GoneAsync(cluster, run, expired.Log);
    }

    [TestMethod, Timeout(600_000)]
    public async Task TwoKontraktsInAnExistingNamespaceLeaveItAsItWas()
    {
        using var cluster = TestCluster.Require();
        using var workspace = WithTwoKontrakts().Write("Both.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
            .Write("two/kontrakt/test.yaml", Endless.Replace("name: smoke", "name: second"));
        var (ns, _) = await cluster.MakePowerlessAccountAsync(TestContext.CancellationToken);
        try
        {
            var build = await workspace.BuildAsync(["Both.csproj", "-t:Kontrakt", $"-p:KontraktNamespace={ns}", .. Settings(cluster, "1s")]);

            build.Fails().Says("Kontrakts: 2 failed").Says($"one: runs in the namespace '{ns}'").Says($"two: runs in the namespace '{ns}'");
            Assert.AreEqual("", await PodsAsync(cluster, ns), build.Log);
            Assert.DoesNotContain("KTR3011", build.Log);
        }
        finally
        {
            await cluster.DeleteNamespaceAsync(ns, CancellationToken.None);
        }
    }

    private async Task<string> PodsAsync(TestCluster cluster, string ns)
    {
        var pods = await cluster.Client.FindResourceAsync(GroupVersionKind.From("v1", "Pod"), TestContext.CancellationToken);
        var names = new List<string>();
        await foreach (var pod in cluster.Client.ListAsync(pods!, new(ns), TestContext.CancellationToken))
            names.Add(pod.Name);
        return string.Join(' ', names);
    }

    private static string Endless => Workspace.TestPod.Replace("spec:", "spec:\n  nodeSelector:\n    kontrakt-test: no-such-node");

    private Workspace WithTwoKontrakts()
    {
        var workspace = new Workspace(TestContext);
        foreach (var project in new[] { "one", "two" })
            workspace.Write($"{project}/Yaml.csproj", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}" />""")
                .Write($"{project}/kontrakt/test.yaml", Endless);
        return workspace;
    }

    private static string[] Settings(TestCluster cluster, string unschedulableGrace) => ["-p:SOURCE_REFERENCE=leftovers", $"-p:KontraktUnschedulableGrace={unschedulableGrace}",
        $"-p:KontraktKubeContext={cluster.Connection.Name}", $"-p:KontraktKubeConfig={TestCluster.KubeConfigPath}"];

    private static string RunOf(Workspace workspace, string project) => File.ReadAllText(workspace.At($"{project}/obj/kontrakt/latest")).Trim();

    /// <summary>A reaper does not wait for what it deletes; and another test's may have been faster.</summary>
    private async Task GoneAsync(TestCluster cluster, string run, string log)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(2); (await cluster.NamespacesOfAsync(run, TestContext.CancellationToken)).Count > 0;)
        {
            Assert.IsLessThan(deadline, DateTime.UtcNow, $"the namespace of the run {run} is still there\n{log}");
            await Task.Delay(200, TestContext.CancellationToken);
        }
    }
}
