using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class RealCluster
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AppliesFindsListsAndDeletes()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        var name = cluster.Name(ApiResource.ConfigMaps, "one");

        var applied = await cluster.Client.ApplyAsync(name, Cluster.ConfigMap("one"), new("kubetest"), Token);
        var found = await cluster.Client.FindAsync(name, Token);
        var deleted = await cluster.Client.DeleteAsync(name, new() { Uid = found?.Uid }, Token);
        var again = await cluster.Client.DeleteAsync(name, new(), Token);

        Assert.AreEqual("v", applied.Object.Text("data", "k"));
        Assert.AreEqual(applied.Object.Uid, found?.Uid);
        Assert.IsTrue(deleted);
        Assert.IsFalse(again);
        Assert.IsNull(await cluster.Client.FindAsync(name, Token));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task ListsPageByPage()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, 23).Select(i =>
            cluster.Client.CreateAsync(ApiResource.ConfigMaps, cluster.Namespace, Cluster.ConfigMap($"c{i:00}"), Token)));

        var names = new List<string>();
        await foreach (var item in cluster.Client.ListAsync(ApiResource.ConfigMaps, new(cluster.Namespace) { LabelSelector = "app=kubetest", PageSize = 5 }, Token))
            names.Add($"{item.GroupVersionKind}/{item.Name}");

        CollectionAssert.AreEqual(Enumerable.Range(0, 23).Select(i => $"v1 ConfigMap/c{i:00}").ToList(), names);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task WatchesWhatIsThereThenWhatChanges()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await cluster.Client.CreateAsync(ApiResource.ConfigMaps, cluster.Namespace, Cluster.ConfigMap("a"), Token);
        var seen = new List<string>();

        await foreach (var change in cluster.Client.WatchAsync(ApiResource.ConfigMaps, new(cluster.Namespace) { LabelSelector = "app=kubetest" }, Token))
        {
            seen.Add($"{change.Type} {change.Object?.Name}");
            if (change.Type == WatchEventType.Synced)
            {
                await cluster.Client.CreateAsync(ApiResource.ConfigMaps, cluster.Namespace, Cluster.ConfigMap("b"), Token);
                await cluster.Client.MergePatchAsync(cluster.Name(ApiResource.ConfigMaps, "b"), new JsonObject { ["data"] = new JsonObject { ["k"] = "w" } }, Token);
                await cluster.Client.DeleteAsync(cluster.Name(ApiResource.ConfigMaps, "a"), new(), Token);
            }
            if (change.Type == WatchEventType.Deleted)
                break;
        }

        CollectionAssert.AreEqual(new[] { "Added a", "Synced ", "Added b", "Modified b", "Deleted a" }, seen);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task SpeaksAsAServiceAccountThatMayLess()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await cluster.Client.CreateAsync(ApiResource.ServiceAccounts, cluster.Namespace,
            Cluster.Object("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"small"}}"""), Token);
        var token = await cluster.Client.CreateTokenAsync(cluster.Namespace, "small", TimeSpan.FromMinutes(10), Token);
        using var account = cluster.Client.As(new ClusterIdentity.Token(token.Value));

        var may = await account.CanIAsync(new("create", "", "namespaces"), Token);
        var admin = await cluster.Client.CanIAsync(new("create", "", "namespaces"), Token);
        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() =>
            account.CreateAsync(ApiResource.ConfigMaps, cluster.Namespace, Cluster.ConfigMap("x"), Token));

        Assert.IsFalse(may.Allowed);
        Assert.IsTrue(admin.Allowed);
        Assert.AreEqual(HttpStatusCode.Forbidden, refused.Code);
        Assert.AreEqual("Forbidden", refused.Reason);
        StringAssert.Contains(refused.Message, "small");
        Assert.IsTrue(token.Expires > DateTimeOffset.UtcNow);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task KnowsKindsByDiscovery()
    {
        using var client = new ClusterClient(Cluster.Connection());

        var deployment = await client.FindResourceAsync(new("apps", "v1", "Deployment"), Token);
        var pod = await client.FindResourceAsync(new("", "v1", "Pod"), Token);
        var node = await client.FindResourceAsync(new("", "v1", "Node"), Token);

        Assert.AreEqual("deployments", deployment?.Plural);
        Assert.IsTrue(pod?.Namespaced);
        Assert.IsFalse(node?.Namespaced);
        Assert.IsNull(await client.FindResourceAsync(new("", "v1", "Podd"), Token));
        Assert.IsNull(await client.FindResourceAsync(new("example.org", "v1", "Thing"), Token));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task NamesTheCausesOfAnInvalidObject()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        var bad = Cluster.Object("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"port":99999,"protocol":"TCP"}]}}""");

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() =>
            cluster.Client.ApplyAsync(cluster.Name(ApiResource.Core("Service", "services"), "x"), bad, new("kubetest"), Token));

        Assert.AreEqual("Invalid", refused.Reason);
        Assert.IsTrue(refused.Causes.Any(cause => cause.Field == "spec.ports[0].port"), refused.Message);
        Assert.IsFalse(refused.IsTransient);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AppliesAServiceWhosePortsLeaveTheProtocolOut()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        var service = Cluster.Object("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"name":"a","port":80},{"name":"b","port":81}]}}""");

        var applied = await cluster.Client.ApplyAsync(cluster.Name(ApiResource.Core("Service", "services"), "x"), service, new("kubetest"), Token);

        Assert.AreEqual("TCP", applied.Object.Text("spec", "ports", 1, "protocol"));
        Assert.IsNull(service.At("spec", "ports", 0, "protocol"));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task FollowsALogToItsEnd()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await cluster.Client.CreateAsync(ApiResource.ServiceAccounts, cluster.Namespace,
            Cluster.Object("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"talker"}}"""), Token);
        await cluster.Client.CreateAsync(ApiResource.Pods, cluster.Namespace, Cluster.Object($$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"talk"},"spec":{"restartPolicy":"Never","serviceAccountName":"talker","terminationGracePeriodSeconds":1,"containers":[
              {"name":"c","image":"{{{await TestImage.BusyboxAsync()}}}","command":["sh","-c","for i in 1 2 3; do echo line $i; sleep 1; done"]}]}}
            """), Token);
        await foreach (var change in cluster.Client.WatchAsync(ApiResource.Pods, new(cluster.Namespace), Token))
            if (change.Object?.Text("status", "phase") is "Running" or "Succeeded")
                break;

        await using var log = await cluster.Client.OpenLogAsync(cluster.Namespace, "talk", new("c") { Follow = true }, Token);
        using var reader = new StreamReader(log);
        var text = await reader.ReadToEndAsync(Token);

        Assert.AreEqual("line 1\nline 2\nline 3\n", text);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task RunsCommandsAndForwardsPorts()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await cluster.Client.CreateAsync(ApiResource.ServiceAccounts, cluster.Namespace,
            Cluster.Object("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"server"}}"""), Token);
        await cluster.Client.CreateAsync(ApiResource.Pods, cluster.Namespace, Cluster.Object($$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"server"},"spec":{"serviceAccountName":"server","terminationGracePeriodSeconds":1,"containers":[
              {"name":"c","image":"{{{await TestImage.BusyboxAsync()}}}","command":["sh","-c","while true; do echo hello | nc -l -p 8080; done"]}]}}
            """), Token);
        await foreach (var change in cluster.Client.WatchAsync(ApiResource.Pods, new(cluster.Namespace), Token))
            if (change.Object?.Text("status", "phase") is "Running")
                break;
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var request = new ExecRequest(cluster.Namespace, "server", "c", ["sh", "-c", "echo out; echo err >&2; exit 7"]) { Output = output, Error = error };

        var code = await cluster.Client.ExecAsync(request, Token);
        using var typed = new MemoryStream();
        var shell = await cluster.Client.ExecAsync(request with { Command = ["sh"], Terminal = true, Input = new MemoryStream("exit 3\n"u8.ToArray()), Output = typed, Error = null }, Token);
        var refusal = await Assert.ThrowsExactlyAsync<KubernetesException>(() => cluster.Client.ExecAsync(request with { Container = "another" }, Token));
        await using var port = await cluster.Client.ForwardPortAsync(new(cluster.Namespace, "server", 8080), Token);
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync("127.0.0.1", port.LocalPort, Token);
        using var reader = new StreamReader(connection.GetStream());

        Assert.AreEqual((7, "out\n", "err\n"), (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray())));
        Assert.AreEqual(3, shell, Encoding.UTF8.GetString(typed.ToArray()));
        StringAssert.Contains(refusal.Message, "another");
        Assert.AreEqual("hello", await reader.ReadLineAsync(Token));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task KeepsWatchingThroughConnectionsThatAreCut()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        await using var relay = new Relay(cluster.Client.Connection.Server);
        using var client = new ClusterClient(cluster.Client.Connection with { Server = relay.Address, TlsServerName = cluster.Client.Connection.Server.Host });
        var seen = new List<string>();

        await foreach (var change in client.WatchAsync(ApiResource.ConfigMaps, new(cluster.Namespace) { LabelSelector = "app=kubetest" }, Token))
        {
            seen.Add($"{change.Type} {change.Object?.Name}".Trim());
            if (seen.Count == 5)
                break;
            relay.Cut();
            await cluster.Client.CreateAsync(ApiResource.ConfigMaps, cluster.Namespace, Cluster.ConfigMap($"c{seen.Count}"), Token);
        }

        Assert.AreEqual("Synced, Added c1, Added c2, Added c3, Added c4", string.Join(", ", seen));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task RefusesTheWrongAuthorityForGood()
    {
        var connection = Cluster.Connection() with { CertificateAuthority = TestCertificates.Authority("another") };
        using var client = new ClusterClient(connection);

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.GetVersionAsync(Token));

        Assert.IsTrue(failure.IsTrustFailure, failure.ToString());
        Assert.IsFalse(failure.IsTransient);
        StringAssert.Contains(failure.Message, "certificate-authority");
    }
}
