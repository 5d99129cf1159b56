using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>Who may run a kontrakt may look into it, and sees nothing else: what "kontrakt rbac" prints names neither exec nor Secrets.</summary>
[TestClass]
public sealed class RightsOfARun
{
    private const string Password = "s3cr3t-Passw0rd-88";

    private const string Manifest = """
        apiVersion: v1
        kind: Secret
        metadata: {name: login}
        stringData: {password: PASSWORD}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web, kontrakt: readiness}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: IMAGE
                env: [{name: LOGIN, valueFrom: {secretKeyRef: {name: login, key: password}}}]
                command: [sh, -c, "echo it is $LOGIN; exec sleep 100000"]
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task AreEnough(bool inOneNamespace)
    {
        using var cluster = TestCluster.Require();
        await using var made = await PipelineAccount.MakeAsync(cluster, inOneNamespace, TestContext.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("tool-rights-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "orders", "kontrakt"));
        var image = await TestImage.BusyboxAsync();
        File.WriteAllText(Path.Combine(folder, "orders", "kontrakt", "all.yaml"), Manifest.Replace("IMAGE", image, StringComparison.Ordinal).Replace("PASSWORD", Password, StringComparison.Ordinal));
        var token = await cluster.Client.CreateTokenAsync(made.Namespace, made.Account, TimeSpan.FromMinutes(30), TestContext.CancellationToken);
        var config = Path.Combine(folder, "config");
        File.WriteAllText(config, TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new ClusterIdentity.Token(token.Value)));
        await cluster.Client.CreateAsync(ApiResource.Pods, made.Namespace, Stranger(image), TestContext.CancellationToken);
        string[] at = ["-f", folder, "--kubeconfig", config, "--context", "broken", .. inOneNamespace ? ["-n", made.Namespace] : (string[])[]];
        await TypeAsync(0, ["apply", .. at]);
        await TypeAsync(0, ["wait", .. at]);
        at = ["--directory", folder, "--kubeconfig", config];

        var pods = await TypeAsync(0, ["get", .. at, "po"]);
        var log = await TypeAsync(0, ["logs", .. at, "deploy/web"]);
        var stranger = await TypeAsync(2, ["logs", .. at, "stranger"]);
        var described = await TypeAsync(0, ["describe", .. at, "secret/login"]);
        await TypeAsync(0, ["exec", .. at, "deploy/web", "--", "true"]);
        await TypeAsync(0, ["delete", .. at, "--context", "broken"]);

        Assert.HasCount(1, pods.Split('\n', StringSplitOptions.RemoveEmptyEntries), pods);
        Assert.StartsWith("orders/pod/web-", pods);
        Assert.StartsWith("it is ***\n", log);
        Assert.Contains("error KTR1200: 'pod/stranger' names nothing to look into", stranger);
        Assert.Contains("password: 18 bytes", described);
        Directory.Delete(folder, recursive: true);
    }

    private static KubernetesObject Stranger(string image) => new(new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = "stranger" },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = image, ["command"] = new JsonArray("sleep", "100000") }), ["terminationGracePeriodSeconds"] = 0 },
    });

    private static async Task<string> TypeAsync(int expected, string[] words)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync(words, new() { ["SOURCE_REFERENCE"] = "r" });
        Assert.AreEqual(expected, exitCode, $"{string.Join(' ', words)}: {error}");
        Assert.DoesNotContain(Password, output + error);
        return output + error;
    }
}
