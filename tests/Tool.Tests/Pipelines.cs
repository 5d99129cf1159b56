using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>The account, the rights and the tasks that the command prints for pipelines are enough, and no more than it takes.</summary>
[TestClass]
public sealed class Pipelines
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: server}
        spec:
          selector: {matchLabels: {app: server}}
          template:
            metadata: {labels: {app: server, kontrakt: target}}
            spec: {terminationGracePeriodSeconds: 0, containers: [{name: main, image: "IMAGE", command: [sleep, "600"]}]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: readers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{kind: ServiceAccount, name: default}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, containers: [{name: main, image: "IMAGE", command: ["true"]}]}
        """;

    private const string ToolManifest = """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: tool}
        spec:
          backoffLimit: 0
          template:
            metadata: {labels: {kontrakt: target}}
            spec: {restartPolicy: Never, containers: [{name: main, image: "IMAGE", args: [--version]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, containers: [{name: main, image: "IMAGE", args: [--help]}]}
        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow(false, "never")]
    [DataRow(true, "never")]
    [DataRow(false, "always")]
    [DataRow(true, "always")]
    public async Task RunWithTheRightsThatArePrinted(bool inOneNamespace, string keep)
    {
        using var cluster = TestCluster.Require();
        await using var made = await PipelineAccount.MakeAsync(cluster, inOneNamespace, Token, "--keep", keep);
        var folder = Directory.CreateTempSubdirectory("tool-rights-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "kontrakt"));
        File.WriteAllText(Path.Combine(folder, "kontrakt", "all.yaml"), Manifest.Replace("IMAGE", await TestImage.BusyboxAsync(), StringComparison.Ordinal));
        var token = await cluster.Client.CreateTokenAsync(made.Namespace, made.Account, TimeSpan.FromMinutes(30), Token);
        var config = Path.Combine(folder, "config");
        File.WriteAllText(config, TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new ClusterIdentity.Token(token.Value)));

        string[] where = ["-f", folder, "--kubeconfig", config, "--context", "broken", .. inOneNamespace ? ["-n", made.Namespace] : (string[])[]];
        var run = await CommandLines.RunAsync(["run", .. where, "--keep", keep]);
        var deleted = keep == "never" ? run : await CommandLines.RunAsync(["delete", .. where]);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("pod/smoke passed", run.Error);
        Assert.AreEqual(0, deleted.ExitCode, deleted.Error);
        Assert.Contains("deleted", deleted.Error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SaySoWhereTheAccountHasNoRights()
    {
        using var cluster = TestCluster.Require();
        var (space, token) = await cluster.MakePowerlessAccountAsync(Token);
        var folder = Directory.CreateTempSubdirectory("tool-rights-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "kontrakt"));
        File.WriteAllText(Path.Combine(folder, "kontrakt", "all.yaml"), Manifest.Replace("IMAGE", $"registry.example.com/busybox@sha256:{new string('0', 64)}", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "config"), TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new ClusterIdentity.Token(token.Value)));

        var run = await CommandLines.RunAsync(["run", "-f", folder, "--kubeconfig", Path.Combine(folder, "config"), "--context", "broken"]);

        Assert.AreEqual(1, run.ExitCode, run.Error);
        foreach (var right in (string[])["create namespaces", "create serviceaccounts/token", "watch deployments.apps", "grant rights", "kontrakt rbac"])
            Assert.Contains(right, run.Error);
        await cluster.DeleteNamespaceAsync(space, Token);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>As Tekton runs a task: its steps one after the other in one pod, with its parameters, workspace and results.</summary>
    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task RunTektonsStepsInPods()
    {
        using var cluster = TestCluster.Require();
        await using var made = await PipelineAccount.MakeAsync(cluster, inOneNamespace: true, Token);
        var image = await BuildToolAsync(cluster);
        var tekton = await CommandLines.RunAsync(["tekton", "--image", image, "--repository", $"{PodsRegistry(cluster)}/kontrakt-tool", "--pull-repository", "localhost:5000/kontrakt-tool", "--insecure-registry", PodsRegistry(cluster), "-n", made.Namespace]);
        Assert.AreEqual(0, tekton.ExitCode, tekton.Error);
        var tasks = YamlFile.Parse("tekton.yaml", tekton.Output).Documents.Select(each => new KubernetesObject((JsonObject)each.ToJson()!)).ToList();
        var pod = TektonPod.Make(tasks.Single(each => each.Kind == "Task" && each.Name == "kontrakt"), made.Account, ToolManifest.Replace("IMAGE", image, StringComparison.Ordinal), await TestImage.BusyboxAsync());
        var (ended, log) = await RunPodAsync(cluster, made.Namespace, pod);

        Assert.AreEqual("Succeeded", ended.Text("status", "phase"), log);
        Assert.Contains($"results: {image.Split('@')[1]}", log);
        Assert.HasCount(9, tasks.Where(each => each.Kind == "Task"));
        Assert.HasCount(1, tasks.Where(each => each.Kind == "Pipeline"));
    }

    private async Task<string> BuildToolAsync(TestCluster cluster)
    {
        var environment = new Dictionary<string, string>
        {
            ["SOURCE_REFERENCE"] = "tekton",
            ["KO_DOCKER_REPO"] = "localhost:5000/kontrakt-tool",
            ["KONTRAKT_HOST_BASE_IMAGE"] = "true",
            ["KONTRAKT_RUNS_DIRECTORY"] = Directory.CreateTempSubdirectory("tool-tekton-").FullName,
            ["KUBECONFIG"] = TestCluster.KubeConfigPath ?? "",
            ["KONTRAKT_KUBE_CONTEXT"] = cluster.Connection.Name,
        };
        var built = await ToolProcess.KontraktAsync(Path.Combine(Repository.Root, "dogfood"), ["build"], environment, Token);
        Assert.AreEqual(0, built.ExitCode, built.Log);
        return built.Output.Trim();
    }

    private async Task<(KubernetesObject Pod, string Log)> RunPodAsync(TestCluster cluster, string ns, JsonObject pod)
    {
        await cluster.Client.CreateAsync(ApiResource.Pods, ns, new(pod), Token);
        await foreach (var change in cluster.Client.WatchAsync(ApiResource.Pods, new(ns) { FieldSelector = "metadata.name=task" }, Token))
        {
            if (change.Object is not { } seen || seen.Text("status", "phase") is not ("Succeeded" or "Failed"))
                continue;
            var log = new StringWriter();
            foreach (var container in seen.Items("spec", "initContainers").Concat(seen.Items("spec", "containers")))
            {
                var name = (string?)container["name"] ?? "";
                if (seen.Items("status", "initContainerStatuses").Concat(seen.Items("status", "containerStatuses")).Any(each => (string?)each["name"] == name && each["state"]?["terminated"] is not null))
                {
                    using var text = new StreamReader(await cluster.Client.OpenLogAsync(ns, "task", new(name), Token));
                    await log.WriteLineAsync($"{name}: {await text.ReadToEndAsync(Token)}");
                }
            }
            return (seen, log.ToString());
        }
        throw new InvalidOperationException("the watch ended");
    }

    /// <summary>The registry of localhost:5000 as pods know it: beside the API server.</summary>
    private static string PodsRegistry(TestCluster cluster) => $"{cluster.Connection.Server.Host}:5000";
}
