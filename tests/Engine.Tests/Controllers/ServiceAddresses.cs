using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>Each Service has an address of its own for as long as it is there.</summary>
[TestClass]
public sealed class ServiceAddresses
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task ThatOfTheApiIsKnownFromTheBeginning()
    {
        await using var cluster = new RunningControllers("default");

        Assert.AreEqual("10.96.0.1", cluster.Get(cluster.Key(Kinds.Service, "kubernetes")).View.Text("spec", "clusterIP"));
        Assert.AreEqual("""[{"addresses":[{"ip":"10.96.0.1"}],"ports":[{"name":"https","port":443,"protocol":"TCP"}]}]""",
            cluster.Get(cluster.Key(Kinds.Endpoints, "kubernetes")).View.At("subsets")!.ToJsonString());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ADefaultedServiceIsAsKubernetesShowsIt()
    {
        await using var cluster = new RunningControllers();

        var spec = (JsonObject)Service("ports: [{port: 80}], selector: {a: b}").View.Json["spec"]!.DeepClone();

        var address = spec["clusterIP"]!.ToString();
        StringAssert.StartsWith(address, "10.96.");
        Assert.IsTrue(JsonNode.DeepEquals(RunningControllers.Parse($$"""
            {clusterIP: {{address}}, clusterIPs: [{{address}}], internalTrafficPolicy: Cluster, ipFamilies: [IPv4], ipFamilyPolicy: SingleStack,
             ports: [{port: 80, protocol: TCP, targetPort: 80}], selector: {a: b}, sessionAffinity: None, type: ClusterIP}
            """), spec), spec.ToJsonString());

        StoredObject Service(string text) => Make(cluster, "s", text);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AddressesAreNotGivenTwice()
    {
        await using var cluster = new RunningControllers();

        var addresses = Enumerable.Range(0, 300).Select(i => Make(cluster, $"s{i}", "ports: [{port: 80}]").View.Text("spec", "clusterIP")).ToList();

        CollectionAssert.AllItemsAreUnique(addresses);
    }

    [TestMethod]
    [DataRow("10.96.0.1", "failed to allocate IP 10.96.0.1: provided IP is already allocated")]
    [DataRow("10.96.0.10", "failed to allocate IP 10.96.0.10: provided IP is already allocated")]
    [DataRow("10.96.7.7", "failed to allocate IP 10.96.7.7: provided IP is already allocated")]
    [DataRow("10.97.0.1", "The range of valid IPs is 10.96.0.0/16")]
    [DataRow("10.96.0.0", "The range of valid IPs is 10.96.0.0/16")]
    [DataRow("abc", "spec.clusterIPs[0]: Invalid value: \"abc\": must be a valid IP address")]
    [DataRow("fd00::1", "IPv4 addresses only")]
    [Timeout(120_000)]
    public async Task AnAddressThatCannotBeHadIsRefused(string address, string message)
    {
        await using var cluster = new RunningControllers();
        Assert.AreEqual("10.96.7.7", Make(cluster, "other", "clusterIP: 10.96.7.7, ports: [{port: 80}]").View.Text("spec", "clusterIP"));

        var refused = Assert.ThrowsExactly<StatusException>(() => Make(cluster, "s", $"clusterIP: '{address}', ports: [{{port: 80}}]"));

        Assert.AreEqual(422, refused.Code);
        StringAssert.Contains(refused.Message, message);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnAddressStaysAndIsFreeAgainAfterTheService()
    {
        await using var cluster = new RunningControllers();
        var key = Make(cluster, "s", "clusterIP: 10.96.9.9, ports: [{port: 80}]").Key;

        cluster.Update(key, item => item["spec"] = RunningControllers.Parse("{ports: [{port: 81}]}"));
        Assert.AreEqual("10.96.9.9", cluster.Get(key).View.Text("spec", "clusterIP"));
        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.UpdateSpec(key, "clusterIP: 10.96.9.8"));
        Assert.AreEqual("Service \"s\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"10.96.9.8\"}: may not change once set", refused.Message);
        cluster.Objects.Delete(key, new());

        Assert.AreEqual("10.96.9.9", Make(cluster, "t", "clusterIP: 10.96.9.9, ports: [{port: 80}]").View.Text("spec", "clusterIP"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AHeadlessOneAndANameElsewhereHaveNone()
    {
        await using var cluster = new RunningControllers();

        Assert.AreEqual("""["None"]""", Make(cluster, "h", "clusterIP: None, selector: {a: b}").View.At("spec", "clusterIPs")!.ToJsonString());
        Assert.IsNull(Make(cluster, "e", "type: ExternalName, externalName: a.example").View.At("spec", "clusterIP"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task NodePortsAreNumberedAndALoadBalancerIsRefusedWithTheWayOut()
    {
        await using var cluster = new RunningControllers();

        var ports = Make(cluster, "n", "type: NodePort, ports: [{name: a, port: 80}, {name: b, port: 81, nodePort: 30000}]").View.Items("spec", "ports").Select(port => port["nodePort"]!.ToString());
        CollectionAssert.AreEqual(new[] { "30001", "30000" }, ports.ToArray());
        var taken = Assert.ThrowsExactly<StatusException>(() => Make(cluster, "m", "type: NodePort, ports: [{port: 80, nodePort: 30001}]"));
        StringAssert.Contains(taken.Message, "spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated");
        var refused = Assert.ThrowsExactly<StatusException>(() => Make(cluster, "l", "type: LoadBalancer, ports: [{port: 80}]"));
        StringAssert.Contains(refused.Message, "KontraktKubeContext");
    }

    private static StoredObject Make(RunningControllers cluster, string name, string spec) =>
        cluster.Create($"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{{spec}}}}}");
}
