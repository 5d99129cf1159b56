using System.Text;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Kubernetes.Tests.Yaml;

[TestClass]
public sealed class YamlDocuments
{
    [TestMethod, Timeout(60_000)]
    [DataRow("", 0)]
    [DataRow("# nothing\n", 0)]
    [DataRow("---\n---\n...\n---\n", 0)]
    [DataRow("null", 0)]
    [DataRow("a: b\n---\n# empty\n---\nc: d\n...\n---\ne: f\n", 3)]
    [DataRow("%YAML 1.2\n---\na: b\n...\n%YAML 1.1\n---\nc: d", 2)]
    [DataRow("%YAML 1.1\n---\na: b\n...\n%YAML 1.1\n---\nc: d\n...\n%YAML 1.1\n%TAG !y! tag:y,2000:\n---\ne: f", 3)]
    [DataRow("\uFEFF---\r\na: b\r\n---\r\nc: d\r\n", 2)]
    public void LeavesEmptyOnesOut(string text, int count)
    {
        var file = YamlFile.Parse("a.yaml", text);

        Assert.HasCount(count, file.Documents);
    }

    [TestMethod, Timeout(60_000)]
    public void AliasIsTheNodeOfItsAnchor()
    {
        var file = YamlFile.Parse("a.yaml", "a: &x {b: c}\nd: *x\ne: &x f\ng: *x\n---\nh: &x 1\n");

        Assert.AreSame(file.Documents[0].At("a"), file.Documents[0].At("d"));
        Assert.AreSame(file.Documents[0].At("e"), file.Documents[0].At("g"));
    }

    [TestMethod, Timeout(60_000)]
    public void AnchorsEndWithTheirDocument()
    {
        Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", "a: &x b\n---\nc: *x\n"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("a: 1\nb: 2\na: 3", "a", 1, 3)]
    [DataRow("x: {a: 1, b: 2,\n a: 3}", "a", 1, 2)]
    [DataRow("yes: 1\ntrue: 2", "true", 1, 2)]
    [DataRow("a: 1\n<<: {a: 2}\na: 3", "a", 2, 3)]
    [DataRow("a: 1\n'a': 2", "a", 1, 2)]
    public void NamesADuplicateKeyAndItsFirstLine(string text, string key, int first, int line)
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", text));

        Assert.AreEqual((YamlFault.DuplicateKey, key, first, line), (fault.Fault, fault.Key, fault.FirstLine, fault.Mark.Line), fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void FindsADuplicateAmongManyKeys()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(index => $"k{index}: {index}\n")) + "k4000: again\n";

        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", text));

        Assert.AreEqual((YamlFault.DuplicateKey, 4001, 5001), (fault.Fault, fault.FirstLine, fault.Mark.Line));
    }

    [TestMethod, Timeout(60_000)]
    public void RefusesAnAliasBomb()
    {
        var levels = Enumerable.Range(1, 11).Select(level => $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(levels);

        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", bomb));

        Assert.AreEqual(YamlFault.TooLarge, fault.Fault, fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("[")]
    [DataRow("{a: ")]
    [DataRow("- ")]
    public void RefusesToNestWithoutEnd(string opening)
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", string.Concat(Enumerable.Repeat(opening, 100_000))));

        Assert.AreEqual(YamlFault.TooLarge, fault.Fault, fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void RefusesAFileOverTheLimit()
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", new string('#', YamlFile.MaxLength + 1)));

        Assert.AreEqual(YamlFault.TooLarge, fault.Fault, fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(false)]
    [DataRow(true)]
    public void ReadsUtf16WithAByteOrderMark(bool bigEndian)
    {
        var bytes = new UnicodeEncoding(bigEndian, byteOrderMark: true) is var encoding ? (byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes("a: ä\n")] : [];

        var text = YamlText.Decode("a.yaml", bytes);

        Assert.AreEqual("\uFEFFa: ä\n", text.Text);
        CollectionAssert.AreEqual(bytes, text.Encoding.GetBytes(text.Text));
        Assert.AreEqual("ä", ((YamlScalar)YamlFile.Parse("a.yaml", text.Text).Documents.Single().At("a")!).Value);
    }

    [TestMethod, Timeout(60_000)]
    public void PlacesBytesThatAreNoUtf8()
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlText.Decode("a.yaml", [.. "a: b\nc: ä "u8, 0xFF, .. "\n"u8]));

        Assert.AreEqual((2, 6), (fault.Mark.Line, fault.Mark.Column), fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void MergesAsKubectlDoes()
    {
        var file = YamlFile.Parse("a.yaml", "base: &b {a: 1, b: 2}\nx: {a: 9, <<: *b}\np: {<<: *b, a: 9}\nz: {<<: [*b, {a: 7, c: 8}]}\nq: {'<<': 1}");

        Assert.AreEqual("""{"base":{"a":1,"b":2},"x":{"a":1,"b":2},"p":{"a":9,"b":2},"z":{"a":1,"c":8,"b":2},"q":{"\u003C\u003C":1}}""",
            file.Documents.Single().ToJson()!.ToJsonString());
        Assert.AreSame(file.Documents[0].At("base", "a"), file.Documents[0].At("x", "a"));
    }
}
