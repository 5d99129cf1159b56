using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Kubernetes.Tests.Yaml;

[TestClass]
public sealed class YamlPlaces
{
    /// <summary>Each scalar's own characters, cut out of the text by its marks.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("a: ./foo # c", "a", "./foo")]
    [DataRow("a: &x ./foo\nb: *x", "a", "./foo", "b")]
    [DataRow("a: &x !!str ./foo", "a", "./foo")]
    [DataRow("a: !!str &x\n  # note\n  ./foo", "a", "./foo")]
    [DataRow("a: !<tag:yaml.org,2002:str> foo", "a", "foo")]
    [DataRow("a: &x 'it''s' # c", "a", "'it''s'")]
    [DataRow("a: \"x\\u0041\"\r\nb: c\r\n", "a", "\"x\\u0041\"", "b", "c")]
    [DataRow("a: |\n  foo\n  bar\n\n# less\nb: 1\n", "a", "|\n  foo\n  bar", "b", "1")]
    [DataRow("a: >- # head\r\n  foo\r\n  bar\r\n", "a", ">- # head\r\n  foo\r\n  bar")]
    [DataRow("a: &x |+\n  foo\n\n\nb: c", "a", "|+\n  foo", "b", "c")]
    [DataRow("a: |\n", "a", "|")]
    [DataRow("a: plain one\n  two  \nb: c", "a", "plain one\n  two", "b", "c")]
    [DataRow("a: {b: &x , c: !!str , d: [e,f ]}", "a", "b", "", "c", "", "d", "e", "f")]
    [DataRow("a:\nb: &x\nc: d", "a", "", "b", "", "c", "d")]
    [DataRow("\uFEFFa: b", "a", "b")]
    [DataRow("a: \U0001F600 b\nc: d", "a", "\U0001F600 b", "c", "d")]
    [DataRow("{\n\t\"a\": \"\\ud83d\\ude00\",\n\t\"b\":[1,2]\n}\n", "\"a\"", "\"\\ud83d\\ude00\"", "\"b\"", "1", "2")]
    [DataRow("a: foo\rb: bar\r", "a", "foo", "b", "bar")]
    [DataRow("? a\n: b", "a", "b")]
    public void OfScalarsAreExact(string text, params string[] expected)
    {
        var file = YamlFile.Parse("a.yaml", text);

        CollectionAssert.AreEqual(expected, file.Scalars.Select(scalar => text[scalar.Start.Offset..scalar.End.Offset]).ToArray());
        foreach (var scalar in file.Scalars)
        {
            // A byte order mark is no column.
            var bom = text[0] == '\uFEFF' && scalar.Start.Line == 1 ? 1 : 0;
            var counted = YamlText.MarkAt(text, scalar.Start.Offset);
            Assert.AreEqual((counted.Line, counted.Column - bom), (scalar.Start.Line, scalar.Start.Column), $"{scalar}");
        }
    }

    [TestMethod, Timeout(60_000)]
    public void OfCollectionsEndWithTheirLastValue()
    {
        var file = YamlFile.Parse("a.yaml", "a:\n  b: c\n  d:\n    - e\n\n# note\nf: {g: h}\n");

        var (a, f) = (file.Documents[0].At("a")!, file.Documents[0].At("f")!);

        Assert.AreEqual((2, 3, 4, 8), (a.Start.Line, a.Start.Column, a.End.Line, a.End.Column));
        Assert.AreEqual((7, 4, 7, 10), (f.Start.Line, f.Start.Column, f.End.Line, f.End.Column));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("a: b: c", 1, 5)]
    [DataRow("a:\n\tb: c", 2, 1)]
    [DataRow("a:\n  - b\n \t- c", 3, 2)]
    [DataRow("a: |\n\tfoo", 2, 1)]
    [DataRow("a: @b", 1, 4)]
    [DataRow("a: 'b", 1, 4)]
    [DataRow("a: *b", 1, 4)]
    [DataRow("a: &b [*b]", 1, 8)]
    [DataRow("a: [1,\nb: 2", 2, 1)]
    [DataRow("a: {b: test\nspec:\n", 2, 1)]
    [DataRow("a: [1,\n", 2, 1)]
    [DataRow("- a\nb: c", 2, 1)]
    [DataRow("{a: b}}", 1, 7)]
    [DataRow("a: b\0", 1, 5)]
    [DataRow("a: b\nc: \u0007", 2, 4)]
    [DataRow("a: b\n---\n\uFEFFc: d", 3, 1)]
    [DataRow("[a]: b", 1, 1)]
    [DataRow("<<: 1", 1, 1)]
    [DataRow("~: 1", 1, 1)]
    public void OfSyntaxErrorsAreWhereTheErrorIs(string text, int line, int column)
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", text));

        Assert.AreEqual((YamlFault.Syntax, line, column), (fault.Fault, fault.Mark.Line, fault.Mark.Column), fault.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void OfALoneSurrogateIsThatOfTheSurrogate()
    {
        var fault = Assert.ThrowsExactly<YamlSyntaxException>(() => YamlFile.Parse("a.yaml", "a: \U0001F600 " + (char)0xD800 + "x"));

        Assert.AreEqual((1, 7), (fault.Mark.Line, fault.Mark.Column), fault.Message);
    }
}
