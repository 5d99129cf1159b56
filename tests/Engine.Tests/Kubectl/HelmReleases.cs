using System.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Engine.Tests.Kubectl;

/// <summary>The helm on the path makes releases on the engine, and changes, tests and removes them. Helm 4 sends protobuf.</summary>
[TestClass]
public sealed class HelmReleases
{
    private const string Objects = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "{{ .Release.Name }}"}
        data: {text: "{{ .Values.text }}"}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: "{{ .Release.Name }}"}
        spec:
          replicas: 2
          selector: {matchLabels: {app: "{{ .Release.Name }}"}}
          template:
            metadata: {labels: {app: "{{ .Release.Name }}"}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - {name: c, image: "{{ .Values.image }}", command: [sleep, "600"], env: [{name: TEXT, valueFrom: {configMapKeyRef: {name: "{{ .Release.Name }}", key: text}}}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: "{{ .Release.Name }}-before", annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
        spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: "{{ .Values.image }}", command: ["true"]}]}}}
        """;

    private const string Test = """
        apiVersion: v1
        kind: Pod
        metadata: {name: "{{ .Release.Name }}-test", annotations: {helm.sh/hook: test}}
        spec: {restartPolicy: Never, containers: [{name: c, image: "{{ .Values.image }}", command: [echo, hello from the test]}]}
        """;

    [TestMethod]
    [Timeout(600_000)]
    public async Task AReleaseLivesAsOnACluster()
    {
        RequireHelm();
        var image = await TestImage.BusyboxAsync();
        await using var engine = await TestEngine.StartAsync();
        var chart = Directory.CreateTempSubdirectory("kontrakt-chart-");
        try
        {
            Directory.CreateDirectory(Path.Combine(chart.FullName, "templates"));
            File.WriteAllText(Path.Combine(chart.FullName, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 0.1.0\n");
            File.WriteAllText(Path.Combine(chart.FullName, "values.yaml"), $"text: one\nimage: {image}\n");
            File.WriteAllText(Path.Combine(chart.FullName, "templates", "objects.yaml"), Objects);
            File.WriteAllText(Path.Combine(chart.FullName, "templates", "test.yaml"), Test);
            using var client = new ClusterClient(KubeConfig.Load(engine.KubeConfig).Connect(null));

            await HelmAsync(engine, "install", "small", chart.FullName, "--wait", "--timeout=2m");
            Assert.AreEqual("one", await TextAsync(client));
            await HelmAsync(engine, "upgrade", "small", chart.FullName, "--set", "text=two", "--wait", "--timeout=2m");
            Assert.AreEqual("two", await TextAsync(client));
            StringAssert.Contains(await HelmAsync(engine, "test", "small", "--logs"), "hello from the test");
            await HelmAsync(engine, "rollback", "small", "1", "--wait", "--timeout=2m");
            Assert.AreEqual("one", await TextAsync(client));
            await HelmAsync(engine, "uninstall", "small", "--wait", "--timeout=2m");
            Assert.AreEqual("none", await TextAsync(client));
        }
        finally
        {
            chart.Delete(recursive: true);
        }
    }

    private static async Task<string> TextAsync(ClusterClient client) =>
        (await client.FindAsync(new(ApiResource.ConfigMaps, "default", "small"), CancellationToken.None))?.Text("data", "text") ?? "none";

    private static async Task<string> HelmAsync(TestEngine engine, params string[] arguments)
    {
        using var helm = Process.Start(Command(engine.KubeConfig, arguments))!;
        var (output, errors) = (helm.StandardOutput.ReadToEndAsync(), helm.StandardError.ReadToEndAsync());
        await helm.WaitForExitAsync();
        Assert.AreEqual(0, helm.ExitCode, $"helm {arguments[0]}: {await errors}{await output}\n{engine.Log}");
        return await output;
    }

    private static ProcessStartInfo Command(string kubeConfig, params IEnumerable<string> arguments) =>
        new("helm", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["KUBECONFIG"] = kubeConfig, ["HOME"] = Path.GetDirectoryName(kubeConfig) } };

    private static void RequireHelm()
    {
        try
        {
            Process.Start(Command("/dev/null", "version"))!.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive("skipped: there is no helm on the path");
        }
    }
}
