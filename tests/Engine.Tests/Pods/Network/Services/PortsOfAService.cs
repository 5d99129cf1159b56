using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network.Services;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Network.Services;

/// <summary>What of a Service is served, and what it asks for in vain.</summary>
[TestClass]
public sealed class PortsOfAService
{
    private const string Endpoints = """
        {"subsets":[{"addresses":[{"ip":"10.244.0.7"},{"ip":"fd00::7"},{"ip":"nonsense"}],"notReadyAddresses":[{"ip":"10.244.0.8"}],
        "ports":[{"name":"http","port":8080,"protocol":"TCP"},{"name":"dns","port":5353,"protocol":"UDP"}]},
        {"addresses":[{"ip":"10.244.0.9"}],"ports":[{"name":"http","port":8081}]}]}
        """;

    [TestMethod]
    [DataRow("""{"clusterIP":"10.96.0.7","ports":[{"name":"http","port":80},{"name":"dns","port":53,"protocol":"UDP"}]}""",
        "Tcp 10.96.0.7:80 > 10.244.0.7:8080 10.244.0.9:8081; Udp 10.96.0.7:53 > 10.244.0.7:5353")]
    [DataRow("""{"clusterIP":"10.96.0.7","ports":[{"name":"http","port":80,"protocol":"UDP"},{"name":"x","port":81}]}""", "Udp 10.96.0.7:80 > ; Tcp 10.96.0.7:81 > ")]
    [DataRow("""{"clusterIP":"10.96.0.7","ports":[{"name":"http","port":80,"protocol":"SCTP"},{"name":"x","port":99999},{"name":"y","port":"text"}]}""", "")]
    [DataRow("""{"clusterIP":"None","ports":[{"name":"http","port":80}]}""", "")]
    [DataRow("""{"clusterIP":"10.1.2.3","ports":[{"name":"http","port":80}]}""", "")]
    [DataRow("""{"type":"ExternalName","clusterIP":"10.96.0.7","externalName":"x","ports":[{"name":"http","port":80}]}""", "")]
    [DataRow("""{}""", "")]
    public void EachLeadsToTheReadyEndpointsOfItsNameAndProtocol(string spec, string expected)
    {
        var ports = ServicePort.Of(Service(spec), new((JsonObject)JsonNode.Parse(Endpoints)!));

        Assert.AreEqual(expected, string.Join("; ", ports.Select(port => $"{port.Protocol} {port.Address} > {string.Join(' ', port.Endpoints)}")));
    }

    private static KubernetesObject Service(string spec) => new(new JsonObject { ["spec"] = JsonNode.Parse(spec) });
}
