using Kontrakt.Kubernetes.Config;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;
using Tool.Tests.Engines;

namespace Tool.Tests;

/// <summary>What "kontrakt doctor" sees, and what it ends with.</summary>
[TestClass]
public sealed class BeforeARun
{
    private static readonly string[] Names = ["kontrakts", "reference", "sdk", "project", "cgroups", "folder", "disk", "ports", "namespaces", "ids", "kubeconfig", "cluster", "rights", "engine", "base", "pull", "push", "proxy"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(120_000)]
    public async Task AClusterAndARegistryThatCanBeUsedPass()
    {
        using var cluster = TestCluster.Require();
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();

        var (exitCode, output, error) = await RunAsync(folder, ["--context", cluster.Connection.Name, "--kubeconfig", TestCluster.KubeConfigPath!, "--repository", $"{registry.Host}/demo"]);

        Assert.AreEqual(0, exitCode, output + error);
        CollectionAssert.AreEqual(Names, NamesIn(output), output);
        Assert.StartsWith("ok ", LineOf("cluster", output));
        Assert.StartsWith("ok ", LineOf("rights", output));
        Assert.StartsWith("ok ", LineOf("push", output));
        Assert.Contains("named by --context", LineOf("kubeconfig", output));
        Assert.IsEmpty(registry.Manifests);
        Assert.IsEmpty(registry.Blobs);
    }

    /// <summary>The upload that was begun is given up.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task ARegistryThatRefusesThePushFails()
    {
        using var folder = new TempFolder();
        folder.Write("smoke-kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: test}}\nspec: {restartPolicy: Never, containers: [{name: main, image: ../app}]}\n");
        folder.Write("app/Dockerfile", "FROM scratch\n");
        await using var refusing = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "POST")
                return false;
            await FakeRegistry.RefuseAsync(context, 403, "DENIED", "read only");
            return true;
        });
        await using var taking = await FakeRegistry.StartAsync();

        var (exitCode, output, _) = await RunAsync(folder, [.. Nowhere(folder), "--repository", $"{refusing.Host}/demo"]);
        var (_, pushed, _) = await RunAsync(folder, [.. Nowhere(folder), "--repository", $"{taking.Host}/demo"]);

        Assert.AreEqual(1, exitCode, output);
        CollectionAssert.AreEqual(Names, NamesIn(output), output);
        Assert.StartsWith("failed   push: KTR2002: ", LineOf("push", output));
        Assert.Contains("read only", LineOf("push", output));
        Assert.Contains($"To fix: docker login {refusing.Host}", LineOf("push", output));
        Assert.StartsWith("ok ", LineOf("pull", output));
        Assert.StartsWith("ok ", LineOf("push", pushed));
        Assert.Contains($"'{taking.Host}/demo/app'", LineOf("push", pushed));
        Assert.AreEqual(1, taking.Count("POST", "/v2/demo/app/blobs/uploads/"), string.Join('\n', taking.Requests));
        Assert.AreEqual(1, taking.Count("DELETE", "/v2/demo/app/blobs/uploads/"), string.Join('\n', taking.Requests));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AnEngineThatCannotStartFailsAndHidesNothing()
    {
        using var folder = new TempFolder();

        var (exitCode, output, _) = await RunAsync(folder, Nowhere(folder));

        Assert.AreEqual(1, exitCode, output);
        CollectionAssert.AreEqual(Names, NamesIn(output), output);
        Assert.StartsWith("ok       kubeconfig: ", LineOf("kubeconfig", output));
        Assert.Contains("the embedded engine (the kubeconfig '", LineOf("kubeconfig", output));
        Assert.StartsWith("failed   cluster: KTR6001: ", LineOf("cluster", output));
        Assert.StartsWith("warning  rights: not checked: ", LineOf("rights", output));
        Assert.StartsWith("warning  push: not checked: ", LineOf("push", output));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AClusterThatDoesNotAnswerAndOneThatIsNotNamedAreToldApart()
    {
        using var folder = new TempFolder();
        var kubeconfig = folder.Write("kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: production\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: s3cret}}]\ncontexts: [{name: production, context: {cluster: c, user: u}}]\n");

        var (exitCode, named, _) = await RunAsync(folder, ["--kubeconfig", kubeconfig, "--context", "production"]);
        var (_, unnamed, _) = await RunAsync(folder, ["--kubeconfig", kubeconfig, .. Nowhere(folder)[2..]]);
        var (_, unknown, _) = await RunAsync(folder, ["--kubeconfig", kubeconfig, "--context", "staging"]);

        Assert.AreEqual(1, exitCode, named);
        Assert.StartsWith("failed   cluster: KTR3001: ", LineOf("cluster", named));
        Assert.StartsWith("warning  rights: not checked: ", LineOf("rights", named));
        Assert.Contains("--context does not name it", LineOf("kubeconfig", unnamed));
        Assert.StartsWith("failed   kubeconfig: KTR3003: ", LineOf("kubeconfig", unknown));
        Assert.DoesNotContain("s3cret", named + unnamed + unknown);
    }

    [TestMethod, Timeout(120_000)]
    public async Task AnAccountWithoutRightsFails()
    {
        using var cluster = TestCluster.Require();
        using var folder = new TempFolder();
        var (ns, token) = await cluster.MakePowerlessAccountAsync(TestContext.CancellationToken);
        try
        {
            var kubeconfig = folder.Write("kubeconfig", TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new ClusterIdentity.Token(token.Value)));

            var (exitCode, output, error) = await RunAsync(folder, ["--kubeconfig", kubeconfig, "--context", "broken"]);

            Assert.AreEqual(1, exitCode, output + error);
            Assert.StartsWith("ok ", LineOf("cluster", output));
            Assert.StartsWith("failed   rights: KTR3004: ", LineOf("rights", output));
            Assert.Contains("kontrakt rbac", LineOf("rights", output));
            Assert.DoesNotContain(token.Value, output + error);
        }
        finally
        {
            await cluster.DeleteNamespaceAsync(ns, CancellationToken.None);
        }
    }

    [TestMethod, Timeout(180_000)]
    public async Task TheEngineIsStartedAsARunWouldStartIt()
    {
        await using var engine = new TestEngine(TestContext.CancellationToken);
        var folder = Directory.CreateDirectory(Path.Combine(engine.Home, "empty")).FullName;

        var outcome = await engine.RunAsync(["dotnet", Path.Combine(AppContext.BaseDirectory, "kontrakt.dll"), "doctor", "-f", folder, "--kubeconfig", "/nowhere/config", "--engine-directory", engine.Folder.Path, "--source-reference", "r"]);
        if (outcome.Output.Contains("allows no namespaces", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {outcome.Output}");

        Assert.AreEqual(0, outcome.ExitCode, outcome.Log + engine.Log);
        Assert.StartsWith("ok ", LineOf("cluster", outcome.Output));
        Assert.StartsWith("ok ", LineOf("rights", outcome.Output));
        Assert.StartsWith("ok ", LineOf("push", outcome.Output));
        Assert.Contains($"process {engine.Handshake.Pid}", LineOf("engine", outcome.Output));
        Assert.StartsWith("warning  kontrakts: KTR1007: ", LineOf("kontrakts", outcome.Output));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AManifestWithAnErrorFails()
    {
        using var folder = new TempFolder();
        folder.Write("smoke-kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, labels: {kontrakt: tset}}\nspec: {containers: [{name: main, image: 'a:1'}]}\n");

        var (exitCode, output, _) = await RunAsync(folder, Nowhere(folder));

        Assert.AreEqual(1, exitCode, output);
        Assert.StartsWith("failed   kontrakts: KTR1005: ", LineOf("kontrakts", output));
        Assert.Contains("pod.yaml(3,44)", LineOf("kontrakts", output));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AProjectThatCannotBeReadHidesNothing()
    {
        using var folder = new TempFolder();
        folder.Write("orders.csproj", "<Project Sdk=\"Kontrakt.MSBuild/0.0.0-nowhere\" />");

        var (exitCode, output, error) = await RunAsync(folder, Nowhere(folder));

        Assert.AreEqual(1, exitCode, output);
        CollectionAssert.AreEqual(Names, NamesIn(output), output + error);
        Assert.StartsWith("failed   project: KTR", LineOf("project", output));
        Assert.Contains("--project none", LineOf("project", output));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AProxysPasswordIsShownNowhere()
    {
        using var folder = new TempFolder();

        var (_, output, error) = await RunAsync(folder, [.. Nowhere(folder), "--verbose"], new() { ["HTTPS_PROXY"] = "http://ada:s3cret@127.0.0.1:1" });

        Assert.Contains("HTTPS_PROXY=http://***@127.0.0.1:1", LineOf("proxy", output));
        Assert.DoesNotContain("s3cret", output + error);
    }

    /// <summary>No kubeconfig, and an engine that nothing can start.</summary>
    private static string[] Nowhere(TempFolder folder) => ["--kubeconfig", "/nowhere/config", "--engine-directory", Path.Combine(folder.Write("file", "no folder"), "engine")];

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(TempFolder folder, string[] arguments, Dictionary<string, string>? environment = null) =>
        CommandLines.RunAsync(["doctor", "-f", folder.Path, "--source-reference", "r", .. arguments], environment);

    private static string[] NamesIn(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[9..].Split(':')[0])];

    private static string LineOf(string name, string output) => output.Split('\n').Single(line => line.Length > 9 && line[9..].StartsWith(name + ": ", StringComparison.Ordinal));
}
