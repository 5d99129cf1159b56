using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Tests;
using Tool.Tests.Looking;

namespace Tool.Tests;

/// <summary>kontrakt delete deletes on the cluster that the run was on, whatever is named or current now; it never reports success about another one.</summary>
[TestClass]
public sealed class DeletedRuns
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task AreDeletedWhereTheyWere(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");

        var deleted = await CommandLines.RunAsync(["delete", "--directory", folder]);

        Assert.AreEqual(0, deleted.ExitCode, deleted.Error);
        Assert.Contains("deleted the namespace 'kontrakt-orders-", deleted.Error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Steps in processes of their own go on where the run was applied, whatever is current now.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task AreContinuedWhereTheyWere(string where)
    {
        await using var place = await RunPlace.FindAsync(where, TestContext.CancellationToken);
        using var kontrakt = new TempFolder();
        kontrakt.Write("kontrakt/pod.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: smoke, labels: {{kontrakt: test}}}}\nspec: {{restartPolicy: Never, containers: [{{name: main, image: '{place.Image}', command: ['true']}}]}}\n");
        var folder = kontrakt.Path;
        var other = await WriteAsync(folder, "other", "apiVersion: v1\nkind: Config\nclusters: [{name: broken, cluster: {server: 'https://127.0.0.1:1'}}]\ncontexts: [{name: broken, context: {cluster: broken, user: broken}}]\nusers: [{name: broken, user: {token: nobody}}]\n");
        await StepAsync(0, ["apply", .. place.Options, "-f", folder]);

        var elsewhere = await StepAsync(1, "wait", "-f", folder, "--kubeconfig", other, "--context", "broken");
        var waited = await StepAsync(0, "wait", "-f", folder);
        var asserted = await StepAsync(0, "assert", "-f", folder);
        await StepAsync(0, "delete", "-f", folder);

        Assert.Contains("error KTR3046: the run '", elsewhere);
        Assert.Contains(", and 'broken' at https://127.0.0.1:1/ is named. Name its cluster (--context ", elsewhere);
        Assert.DoesNotContain("-p:", elsewhere);
        Assert.Contains("pod/smoke passed", waited);
        Assert.Contains("1 passed", asserted);
    }

    private static async Task<string> StepAsync(int expected, params string[] arguments)
    {
        var outcome = await CommandLines.RunAsync(arguments, new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(expected, outcome.ExitCode, outcome.Error);
        return outcome.Error;
    }

    /// <summary>The other cluster is the same API server at another address: it would answer, and have nothing.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreNotLookedForOnAnotherCluster()
    {
        await using var place = await RunPlace.FindAsync("cluster", TestContext.CancellationToken);
        using var cluster = TestCluster.Require();
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        var (own, server) = (cluster.Connection.Name, cluster.Connection.Server);
        var elsewhere = await WriteAsync(folder, "elsewhere", TestCluster.KubeConfigFor(cluster.Connection, new Uri("https://127.0.0.1:1"), new ClusterIdentity.Token("nobody")));

        var named = await DeleteAsync(1, folder, "--kubeconfig", elsewhere, "--context", "broken");
        var unnamed = await DeleteAsync(1, folder, "--kubeconfig", elsewhere);
        var engine = await DeleteAsync(1, folder, "--context", "kontrakt-engine");
        await DeleteAsync(0, folder, [.. place.Options]);

        foreach (var error in new[] { named, unnamed, engine })
        {
            Assert.Contains("error KTR3045: nothing of the run '", error);
            Assert.Contains($"what it left is on cluster '{own}' at {server}, and ", error);
            Assert.Contains($"--context {own} --kubeconfig '{TestCluster.KubeConfigPath}')", error);
        }
        Assert.Contains("and 'broken' at https://127.0.0.1:1/ is named", named);
        Assert.Contains($"it has no context '{own}'", unnamed);
        Assert.Contains("and the embedded engine is named", engine);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The record says where: an address at which nobody listens any more.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfAClusterThatCannotBeReachedAreNotDeleted()
    {
        await using var place = await RunPlace.FindAsync("cluster", TestContext.CancellationToken);
        using var cluster = TestCluster.Require();
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        var record = Directory.GetFiles(Path.Combine(folder, "obj", "kontrakt"), "run.json", SearchOption.AllDirectories).Single();
        var before = await File.ReadAllTextAsync(record, TestContext.CancellationToken);
        var gone = JsonNode.Parse(before)!;
        var elsewhere = await WriteAsync(folder, "gone", TestCluster.KubeConfigFor(cluster.Connection, new Uri("https://127.0.0.1:1"), cluster.Connection.Identity));
        gone["cluster"] = new JsonObject { ["name"] = "broken", ["server"] = "https://127.0.0.1:1/", ["kubeConfig"] = elsewhere };
        await File.WriteAllTextAsync(record, gone.ToJsonString(), TestContext.CancellationToken);

        var error = await DeleteAsync(1, folder);
        await File.WriteAllTextAsync(record, before, TestContext.CancellationToken);
        await DeleteAsync(0, folder);

        Assert.Contains("error KTR3045: nothing of the run '", error);
        Assert.Contains("on cluster 'broken' at https://127.0.0.1:1/, and the cluster 'broken' at https://127.0.0.1:1/ cannot be reached: ", error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Nothing is started in order to find nothing.</summary>
    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreGoneWithTheirEngine()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        var folder = await KeptOrders.WriteAsync(place, TestContext.CancellationToken);
        await place.RunAsync(1, folder, "--keep", "failed");
        var other = await DeleteAsync(1, folder, "--engine-directory", Path.Combine(folder, "other"));
        await CommandLines.RunAsync(["engine", "stop", .. place.Options.Skip(2)]);

        var deleted = await DeleteAsync(0, folder);
        var again = await DeleteAsync(0, folder, [.. place.Options]);
        var status = await CommandLines.RunAsync(["engine", "status", .. place.Options.Skip(2)]);

        Assert.Contains($"and the embedded engine of the folder '{Path.Combine(folder, "other")}' is named", other);
        Assert.Contains("is gone with the embedded engine, which has ended since", deleted);
        Assert.DoesNotContain("is gone with", again);
        Assert.Contains("state\tstopped", status.Output);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> WriteAsync(string folder, string name, string config)
    {
        var file = Path.Combine(folder, $"{name}.kubeconfig");
        await File.WriteAllTextAsync(file, config);
        return file;
    }

    private static async Task<string> DeleteAsync(int expected, string folder, params string[] options)
    {
        var (exitCode, _, error) = await CommandLines.RunAsync(["delete", "--directory", folder, .. options]);
        Assert.AreEqual(expected, exitCode, error);
        return error;
    }
}
