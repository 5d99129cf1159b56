using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Kubernetes.Tests.Yaml;

/// <summary>What is written as YAML is read as the same objects again.</summary>
[TestClass]
public sealed class YamlWritten
{
    [TestMethod]
    [DataRow("plain")]
    [DataRow("")]
    [DataRow("yes")]
    [DataRow("null")]
    [DataRow("~")]
    [DataRow("1e3")]
    [DataRow("0x10")]
    [DataRow("0644")]
    [DataRow("a: b")]
    [DataRow("# not a comment")]
    [DataRow(" leading and trailing ")]
    [DataRow("one\ntwo\n")]
    [DataRow("tab\tand \u0007 bell")]
    [DataRow("- dash")]
    [DataRow("{flow}")]
    [DataRow("'quotes' and \"quotes\"")]
    [DataRow("*alias &anchor !tag %directive @at")]
    [DataRow("grüße 漢字 \U0001F600")]
    [DataRow("---")]
    public void TextsStayTexts(string text)
    {
        var written = YamlOutput.Write(new JsonObject { ["key"] = text, [text.Length == 0 ? "none" : text] = "value", ["list"] = new JsonArray(text) });

        var read = (YamlMapping)YamlFile.Parse("written.yaml", written).Documents.Single();

        Assert.AreEqual(text, ((YamlScalar)read.Entries[0].Value).Value, written);
        Assert.AreEqual(text, (string?)read.ToJson()["key"], written);
        Assert.AreEqual(text, (string?)read.ToJson()["list"]![0], written);
        Assert.AreEqual(text.Length == 0 ? "none" : text, read.Entries[1].Key.Value, written);
    }

    [TestMethod]
    public void OtherValuesKeepTheirTypes()
    {
        const string Json = """{"a":1,"b":true,"c":null,"d":1.5,"e":{},"f":[],"g":[{"h":[1,[2]]},{"i":{"j":"k"}}]}""";

        var written = YamlOutput.Write((JsonObject)JsonNode.Parse(Json)!);

        Assert.AreEqual(Json, YamlFile.Parse("written.yaml", written).Documents.Single().ToJson()!.ToJsonString());
    }

    [TestMethod]
    public void DocumentsStandApart()
    {
        var written = YamlOutput.Write(new JsonObject { ["a"] = "b" }, new JsonObject { ["c"] = "d" });

        Assert.AreEqual("a: b\n---\nc: d\n", written);
    }
}
