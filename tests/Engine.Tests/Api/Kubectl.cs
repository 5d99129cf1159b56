using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api;

/// <summary>What others wrote for Kubernetes works here: the real kubectl, whichever is on the path (Debian: kubernetes-client).</summary>
[TestClass]
public sealed class Kubectl
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [Timeout(300_000)]
    public async Task EverydayCommandsDoWhatTheyDoEverywhere()
    {
        await using var host = await ApiHost.StartAsync();
        var manifest = Write("web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: c}
            data: {a: "1"}
            """);

        await ExpectAsync(host, $"apply --validate=false -f {manifest}", "deployment.apps/web created\nconfigmap/c created\n");
        await ExpectAsync(host, $"apply --validate=false -f {manifest}", "deployment.apps/web unchanged\nconfigmap/c unchanged\n");
        await ExpectAsync(host, "get deploy web -o jsonpath={.spec.template.spec.restartPolicy}", "Always");
        await ExpectAsync(host, "scale deploy web --replicas=3", "deployment.apps/web scaled\n");
        await ExpectAsync(host, "get deploy web -o custom-columns=R:.spec.replicas --no-headers", "3\n");
        await ExpectAsync(host, "set image deploy/web c=nginx:2", "deployment.apps/web image updated\n");
        await ExpectAsync(host, "label cm c x=y", "configmap/c labeled\n");
        await ExpectAsync(host, "annotate cm c note=hello", "configmap/c annotated\n");
        await ExpectAsync(host, "get cm -l x=y -o name", "configmap/c\n");
        await ExpectAsync(host, "get cm -l x!=y -o name", "");
        await ExpectAsync(host, "get cm --field-selector metadata.name=c -o name", "configmap/c\n");
        await ExpectAsync(host, "patch cm c --type=merge -p {\"data\":{\"b\":\"2\"}}", "configmap/c patched\n");
        await ExpectAsync(host, "patch cm c --type=json -p [{\"op\":\"remove\",\"path\":\"/data/a\"}]", "configmap/c patched\n");
        await ExpectAsync(host, "get cm c -o jsonpath={.data}", "{\"b\":\"2\"}");
        await ExpectAsync(host, "create secret generic s --from-literal=p=w", "secret/s created\n");
        await ExpectAsync(host, "create serviceaccount bot", "serviceaccount/bot created\n");
        await ExpectAsync(host, "create role r --verb=get --resource=pods", "role.rbac.authorization.k8s.io/r created\n");
        await ExpectAsync(host, "create rolebinding rb --role=r --serviceaccount=ns:bot", "rolebinding.rbac.authorization.k8s.io/rb created\n");
        await ExpectAsync(host, "auth can-i get pods --as=system:serviceaccount:ns:bot", "yes\n");
        await ExpectAsync(host, "auth can-i delete pods --as=system:serviceaccount:ns:bot", "no\n", exitCode: 1);
        await ExpectAsync(host, "create job j --image=busybox -- true", "job.batch/j created\n");
        await ExpectAsync(host, "delete job j", "job.batch \"j\" deleted\n");
        await ExpectAsync(host, "create namespace other", "namespace/other created\n");
        await ExpectAsync(host, "get namespace other --no-headers -o custom-columns=N:.metadata.name", "other\n");
        await ExpectAsync(host, "delete cm c", "configmap \"c\" deleted\n");
        await ExpectAsync(host, "get --raw /healthz", "ok");
        await ExpectAsync(host, "delete deployment --all", "deployment.apps \"web\" deleted\n");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ARefusalIsShownAsItIs()
    {
        await using var host = await ApiHost.StartAsync();
        var manifest = Write("ingress.yaml", """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: x}
            spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}
            """);

        foreach (var command in new[] { $"apply --validate=false -f {manifest}", $"create --validate=false -f {manifest}", "get podtemplates", "get ingress", "describe csidrivers", "delete runtimeclass x" })
        {
            var (code, _, error) = await RunAsync(host, command);

            Assert.AreEqual(1, code, command);
            StringAssert.Matches(error, new("the embedded engine has no (PodTemplate|Ingress|CSIDriver|RuntimeClass); set KontraktKubeContext to a cluster"), command);
        }
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TablesAreThoseOfKubernetes()
    {
        await using var host = await ApiHost.StartAsync();
        Pod(host, "127.0.0.1");

        var (_, output, error) = await RunAsync(host, "get pods");
        var (_, wide, _) = await RunAsync(host, "get pods -o wide");

        StringAssert.Matches(output, new(@"^NAME +READY +STATUS +RESTARTS +AGE\np +1/1 +Running +0 +\d+s\n$"), error);
        StringAssert.Matches(wide, new(@"^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\np +1/1 +Running +0 +\d+s +127.0.0.1 +kontrakt +<none> +<none>\n$"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ACommandRunsInAContainer()
    {
        await using var host = await ApiHost.StartAsync();
        var pod = Pod(host, "127.0.0.1");
        host.Exec.Add(pod.View.Uid, "c", async (request, token) =>
        {
            if (request.Input is { } input)
                await input.CopyToAsync(request.Output, token);
            await request.Error.WriteAsync(Encoding.UTF8.GetBytes(string.Join(' ', request.Command)), token);
            return request.Command[0] == "false" ? 3 : 0;
        });

        var failed = await RunAsync(host, "exec p -- false x");
        var copied = await RunAsync(host, "exec -i p -- cat", new string('x', 300_000));

        Assert.AreEqual(3, failed.Code, failed.Error);
        StringAssert.StartsWith(failed.Error, "false x");
        Assert.AreEqual((0, 300_000), (copied.Code, copied.Output.Length), copied.Error);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APortOfAPodIsForwarded()
    {
        await using var host = await ApiHost.StartAsync();
        Pod(host, "127.0.0.1");
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var echo = EchoAsync(server);
        using var kubectl = Start(host, $"port-forward pod/p :{((IPEndPoint)server.LocalEndpoint).Port}");
        try
        {
            var line = await kubectl.StandardOutput.ReadLineAsync() ?? throw new AssertFailedException(await kubectl.StandardError.ReadToEndAsync());
            var port = int.Parse(line.Split(' ')[2].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.GetStream().WriteAsync("hello\n"u8.ToArray());

            Assert.AreEqual("hello", await new StreamReader(client.GetStream()).ReadLineAsync());
        }
        finally
        {
            kubectl.Kill();
            server.Stop();
            await Task.WhenAny(echo);
        }
    }

    private static async Task EchoAsync(TcpListener server)
    {
        using var client = await server.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream());
    }

    private static StoredObject Pod(ApiHost host, string address)
    {
        return host.Pod(new()
        {
            ["phase"] = "Running",
            ["podIP"] = address,
            ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "c", ["ready"] = true, ["state"] = new JsonObject { ["running"] = new JsonObject() } }),
        });
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}-{name}");
        File.WriteAllText(path, text);
        return path;
    }

    private async Task ExpectAsync(ApiHost host, string command, string output, int exitCode = 0)
    {
        var ran = await RunAsync(host, command);

        // Newer ones say more of a deletion.
        var said = ran.Output.Replace(" from ns namespace", "", StringComparison.Ordinal).Replace(" from ns", "", StringComparison.Ordinal);
        Assert.AreEqual((exitCode, output), (ran.Code, said), $"kubectl {command}: {ran.Error}");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(ApiHost host, string command, string input = "")
    {
        using var kubectl = Start(host, command);
        var (output, error) = (kubectl.StandardOutput.ReadToEndAsync(), kubectl.StandardError.ReadToEndAsync());
        await kubectl.StandardInput.WriteAsync(input);
        kubectl.StandardInput.Close();
        await kubectl.WaitForExitAsync();
        return (kubectl.ExitCode, await output, await error);
    }

    private Process Start(ApiHost host, string command)
    {
        var config = Write("kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            current-context: e
            contexts: [{name: e, context: {cluster: e, user: e, namespace: ns}}]
            clusters: [{name: e, cluster: {server: "{{{host.Server}}}", certificate-authority-data: {{{Convert.ToBase64String(ApiHost.Authority)}}}}}]
            users: [{name: e, user: {token: "{{{host.Token}}}"}}]
            """);
        var start = new ProcessStartInfo("kubectl", command.Split(' ')) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Insert(0, $"--kubeconfig={config}");
        start.ArgumentList.Insert(1, $"--cache-dir={TestContext.TestRunDirectory}/kubectl-{host.Server.Port}");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new AssertInconclusiveException("there is no kubectl on the path (Debian: kubernetes-client)");
        }
    }
}
