using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Kubernetes.Tests.Yaml;

[TestClass]
public sealed class YamlTypes
{
    /// <summary>expected.json is what kubectl 1.32 made of input.yaml (create --dry-run=client --validate=false -o json).</summary>
    [TestMethod, Timeout(60_000)]
    public void AreThoseOfKubectl()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "cases", "yaml", "typing");
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));

        var actual = YamlFile.Load(Path.Combine(folder, "input.yaml")).Documents.Single().ToJson();

        Assert.IsTrue(JsonNode.DeepEquals(expected, actual), $"{actual}");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("18446744073709551615")]
    [DataRow("123456789012345678901234567890")]
    [DataRow("-9223372036854775809")]
    public void KeepEveryDigitOfLargeNumbers(string number)
    {
        var json = YamlFile.Parse("a.yaml", $"a: {number}").Documents.Single().ToJson();

        Assert.AreEqual($$"""{"a":{{number}}}""", json!.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("a: .inf", 4)]
    [DataRow("a: [-.Inf]", 5)]
    [DataRow("a: .nan", 4)]
    [DataRow("a: !!int twelve", 4)]
    [DataRow("a: !!binary '***'", 4)]
    public void ThatJsonCannotHoldAreRefused(string text, int column)
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", text));

        Assert.AreEqual((YamlFault.Syntax, 1, column), (fault.Fault, fault.Mark.Line, fault.Mark.Column), fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("a: !secret x", 4)]
    [DataRow("a: !!set {x, y}", 4)]
    [DataRow("- !foo [x]", 3)]
    [DataRow("%TAG !e! tag:example.com,2000:\n---\na: !e!x b", 4)]
    public void OfUnknownTagsAreRefused(string text, int column)
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", text));

        Assert.AreEqual((YamlFault.UnknownTag, column), (fault.Fault, fault.Mark.Column), fault.Message);
    }
}
