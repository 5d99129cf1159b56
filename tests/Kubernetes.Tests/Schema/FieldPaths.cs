using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Schema;

namespace Kubernetes.Tests.Schema;

[TestClass]
public sealed class FieldPaths
{
    private const string Body = """{"metadata":{"annotations":{"a.b/c":"x"},"finalizers":["p","q"]},"spec":{"ports":[{"port":79,"protocol":"TCP"},{"port":80}]}}""";

    [TestMethod]
    [DataRow("spec.ports[1].port", "string:spec string:ports int:1 string:port")]
    [DataRow(".spec.ports[port=80,protocol=\"TCP\"].port", "string:spec string:ports int:1 string:port")]
    [DataRow("metadata.annotations.a.b/c", "string:metadata string:annotations string:a.b/c")]
    [DataRow("metadata.annotations[a.b/c]", "string:metadata string:annotations string:a.b/c")]
    [DataRow(".metadata.finalizers[=\"q\"]", "string:metadata string:finalizers int:1")]
    [DataRow("spec.missing.deep[3]", "string:spec string:missing string:deep int:3")]
    [DataRow("spec.ports[", "string:spec string:ports")]
    [DataRow("", "")]
    [DataRow("..spec", "string:spec")]
    public void LeadToTheNodeTheyName(string text, string expected)
    {
        var steps = FieldPath.Parse(text, JsonNode.Parse(Body));

        Assert.AreEqual(expected, string.Join(" ", steps.Select(step => $"{(step is int ? "int" : "string")}:{step}")));
    }
}
