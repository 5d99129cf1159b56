using System.Text;
using Kontrakt.Clusters.Pods;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

[TestClass]
public sealed class Redaction
{
    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [TestMethod]
    [DataRow("login with hunter2!", "login with ***!", DisplayName = "as it is")]
    [DataRow("password=aHVudGVyMg==", "password=***==", DisplayName = "in base64")]
    [DataRow("hunter2hunter2", "******")]
    [DataRow("HUNTER2", "HUNTER2", DisplayName = "another case is another text")]
    [DataRow("nothing here", "nothing here")]
    public void TakesValuesOut(string text, string shown) => Assert.AreEqual(shown, Redactor.For([Secret("hunter2")], []).Redact(text));

    [TestMethod]
    public void KnowsTheManifestsOwnValuesAndTokens()
    {
        var secret = Yaml.Object("{apiVersion: v1, kind: Secret, stringData: {password: swordfish}}");

        Assert.AreEqual("*** ***", Redactor.For([secret], ["eyJhbGciOi"]).Redact("swordfish eyJhbGciOi"));
    }

    [TestMethod]
    public void AValueOfSeveralLinesIsFoundLineByLine()
    {
        var redactor = Redactor.For([Secret("-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n")], []);

        Assert.AreEqual("***\n***", redactor.Redact("MIIEvQIBADAN\nBgkqhkiG9w0B"));
    }

    [TestMethod]
    public void TextsInsideOfJsonAreSecretToo()
    {
        var redactor = Redactor.For([Secret("{\"auths\":{\"r.io\":{\"username\":\"robot\",\"password\":\"pa55word\"}}}")], []);

        Assert.AreEqual("as *** with ***", redactor.Redact("as robot with pa55word"));
    }

    [TestMethod]
    public void AValueIsFoundEscapedForUrlsAndJson()
    {
        var redactor = Redactor.For([Secret("a/b c\"d")], []);

        Assert.AreEqual("*** ***", redactor.Redact("a%2Fb%20c%22d a/b c\\\"d"));
    }

    [TestMethod]
    public void OverlappingValuesLeaveNothing() =>
        Assert.AreEqual("x***y", Redactor.For([Secret("abcdef"), Secret("defghi"), Secret("abcd")], []).Redact("xabcdefghiy"));

    [TestMethod]
    public void OrdinaryWordsAndKnownNamesStay()
    {
        var redactor = Redactor.For([Secret("abc"), Secret("true"), Secret("kr-namespace")], [], "kr-namespace");

        Assert.AreEqual("abc true kr-namespace", redactor.Redact("abc true kr-namespace"));
    }

    [TestMethod]
    public void OfAnAccountsSecretOnlyTheTokenIsSecret()
    {
        var secret = Yaml.Object($"{{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, data: {{token: {Base64("the-token")}, namespace: {Base64("default")}, ca.crt: {Base64("CERTIFICATE")}}}}}");

        Assert.AreEqual("*** default CERTIFICATE", Redactor.For([secret], []).Redact("the-token default CERTIFICATE"));
    }

    [TestMethod]
    public void BytesThatAreNoTextAreFoundInBase64()
    {
        var secret = Yaml.Object("{apiVersion: v1, kind: Secret, data: {key: //79/P8A}}");

        Assert.AreEqual("key ***", Redactor.For([secret], []).Redact("key //79/P8A"));
    }

    [TestMethod]
    public void ARedactorDoesNotShowItsValues() => Assert.DoesNotContain("hunter2", Redactor.For([Secret("hunter2")], []).ToString());

    [TestMethod]
    [DataRow("\x1b[31mred\x1b[0m", "red")]
    [DataRow("\x1b]0;title\x07text", "text")]
    [DataRow("a\rb\0c\u009bd", "abcd")]
    [DataRow("tab\tstays", "tab\tstays")]
    public void ColoursAndControlCharactersGo(string line, string shown) => Assert.AreEqual(shown, PlainText.Clean(line));

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(4096)]
    [Timeout(60_000)]
    public async Task ASecretAcrossChunksIsFound(int chunk)
    {
        var text = "first hunter2\n" + new string('x', 40_000) + "hunter2" + new string('y', 40_000) + "hunter2\nlast \x1b[1mhun\x1b[0mter2";

        var lines = await ReadAsync(text, chunk);

        Assert.AreEqual("first ***", lines[0]);
        Assert.AreEqual("last ***", lines[^1]);
        var middle = string.Concat(lines.Skip(1).SkipLast(1));
        Assert.AreEqual(new string('x', 40_000) + "***" + new string('y', 40_000) + "***", middle);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ASecretAtEveryPlaceOfALongLineIsFound()
    {
        for (var before = 32_700; before < 32_800; before++)
        {
            var lines = await ReadAsync(new string('x', before) + "hunter2" + new string('y', 100), 4096);

            Assert.AreEqual(new string('x', before) + "***" + new string('y', 100), string.Concat(lines), $"at {before}");
        }
    }

    private static async Task<List<string>> ReadAsync(string text, int chunk)
    {
        using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
        var lines = new List<string>();
        await foreach (var line in LogReader.ReadAsync(stream, Redactor.For([Secret("hunter2")], []), CancellationToken.None))
            lines.Add(line);
        return lines;
    }

    private static Kubernetes.Objects.KubernetesObject Secret(string value) => Yaml.Object($"{{apiVersion: v1, kind: Secret, data: {{key: '{Base64(value)}'}}}}");

    /// <summary>Gives so many bytes at a time, as a slow connection does.</summary>
    private sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(chunk, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(chunk, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
