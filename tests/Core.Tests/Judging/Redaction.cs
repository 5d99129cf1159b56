using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Kontrakt.Diagnostics;
using Kontrakt.Clusters.Pods;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

[TestClass]
public sealed class Redaction
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Unicode = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>They are searched for in all logs: some times a Secret's length, and not a hundred.</summary>
    [TestMethod, Timeout(60_000)]
    public void KeepsTheFormsOfLongTextsInBounds()
    {
        var random = new Random(1);
        var bundle = string.Join('\n', Enumerable.Range(0, 3_400).Select(_ => Convert.ToBase64String(Enumerable.Range(0, 48).Select(_ => (byte)random.Next(256)).ToArray())));

        Assert.IsLessThan(45, SecretForms.Of(bundle, 4).Sum(form => (long)form.Length) / bundle.Length);
    }

    [TestMethod]
    [DataRow("login with hunter2!", "login with ***!", DisplayName = "as it is")]
    [DataRow("password=aHVudGVyMg==", "password=***==", DisplayName = "in base64")]
    [DataRow("hunter2hunter2", "******")]
    [DataRow("HUNTER2", "HUNTER2", DisplayName = "another case is another text")]
    [DataRow("nothing here", "nothing here")]
    public void TakesValuesOut(string text, string shown) => Assert.AreEqual(shown, Redactor.For([Secret("hunter2")], []).Redact(text));

    /// <summary>Messages shorten long texts before they are redacted.</summary>
    [TestMethod]
    [DataRow("\"at my correct-hor ...", "\"at my *** ...", DisplayName = "the beginning of it, before a blank")]
    [DataRow("at correct-hor... is", "at ***... is", DisplayName = "the beginning")]
    [DataRow("at correct-hor… is", "at ***… is", DisplayName = "the beginning, another ellipsis")]
    [DataRow("at correct horse-...", "at ***...", DisplayName = "with a blank in it")]
    [DataRow("at correct ...", "at ***...", DisplayName = "cut after its own space")]
    [DataRow("...tery-staple at", "...*** at", DisplayName = "the end of it")]
    [DataRow("...-battery-stap...", "...***...", DisplayName = "a middle part")]
    [DataRow("at 'correct-hor'... 9 more characters", "at '***'... 9 more characters", DisplayName = "a quote before the ellipsis")]
    [DataRow("at ...'tery-staple'", "at ...'***'", DisplayName = "a quote after it")]
    [DataRow("so... and ... so on...", "so... and ... so on...")]
    public void TakesOutWhatACutHasLeftOfAValue(string text, string shown) =>
        Assert.AreEqual(shown, Redactor.For([Secret("correct-horse-battery-staple"), Secret("correct horse-battery")], []).Redact(text));

    [TestMethod]
    public void TakesOutALongBeginning()
    {
        var key = string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7919:x6}"));

        Assert.AreEqual("key=***...", Redactor.For([Secret(key)], []).Redact($"key={key[..900]}..."));
    }

    [TestMethod]
    public void AShortenedValueInAFailedAssertionShowsNoPartOfASecret()
    {
        var password = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i:x8}"));
        var found = ObjectMatcher.Match(Yaml.Object("{apiVersion: v1, kind: Pod, spec: {url: [x], command: [y], all: {a: z}}}").Json,
            Yaml.Object($"{{apiVersion: v1, kind: Pod, spec: {{url: 'https://me:{password}@db', command: [sh, '{password}'], all: 'x{password}'}}}}").Json, null);

        var text = Redactor.For([Secret(password)], []).Redact(string.Join('\n', found));

        Assert.HasCount(3, found);
        Assert.DoesNotContain(password[..4], text, text);
    }

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
    [DataRow("{\"auths\":{\"r.io\":{\"auth\":\"cm9ib3Q6cGE1NXdvcmQ=\"}}}", "pa55word", DisplayName = "a docker config that has the password in base64 alone")]
    [DataRow("[\"first1\",\"second2\"]", "second2", DisplayName = "a list")]
    [DataRow("postgres://shop:s3cr%2Ft@db:5432/shop", "s3cr/t", DisplayName = "a URL")]
    [DataRow("postgres://shop:s3cr%2Ft@db:5432/shop", "s3cr%2Ft", DisplayName = "a URL, as it is")]
    [DataRow("Host=db;Username=shop;Password=hunter2!;Port=5432", "hunter2!", DisplayName = "a connection string")]
    [DataRow("LOG=debug\nAPI_TOKEN=abc-123\n", "abc-123", DisplayName = "a file of settings")]
    [DataRow("db:\n  password: 'hunter 2'\n", "hunter 2", DisplayName = "YAML")]
    public void ASecretInsideOfAValueIsFoundAlone(string value, string inside) =>
        Assert.AreEqual("it is ***.", Redactor.For([Secret(value)], []).Redact($"it is {inside}."));

    [TestMethod]
    public void WhatASecretSaysOfOrdinarySettingsStays() =>
        Assert.AreEqual("debug on shop", Redactor.For([Secret("LOG=debug\nDB=shop\nPASSWORD=hunter2")], []).Redact("debug on shop"));

    [TestMethod]
    public void AValueIsFoundEscapedForUrlsAndJson()
    {
        var redactor = Redactor.For([Secret("a/b c\"d")], []);

        Assert.AreEqual("*** ***", redactor.Redact("a%2Fb%20c%22d a/b c\\\"d"));
    }

    /// <summary>By the encoders themselves where .NET has them; else as the program named prints it.</summary>
    private static IEnumerable<(string Program, string Text)> Printed(string value)
    {
        yield return ("as it is", value);
        yield return ("System.Text.Json", JsonSerializer.Serialize(value));
        yield return ("relaxed JSON", JsonSerializer.Serialize(value, Relaxed));
        yield return ("JSON, all of Unicode", JsonSerializer.Serialize(value, Unicode));
        yield return ("JSON in JSON", JsonSerializer.Serialize(JsonSerializer.Serialize(new { value })));
        yield return ("relaxed JSON in JSON", JsonSerializer.Serialize(JsonSerializer.Serialize(value, Relaxed)));
        yield return ("Uri", Uri.EscapeDataString(value));
        yield return ("Uri in lower case", LowerCase(Uri.EscapeDataString(value)));
        yield return ("WebUtility.UrlEncode", WebUtility.UrlEncode(value));
        yield return ("HttpUtility.UrlEncode", System.Web.HttpUtility.UrlEncode(value));
        yield return ("UrlEncoder", UrlEncoder.Default.Encode(value));
        yield return ("URL in JSON", JsonSerializer.Serialize(Uri.EscapeDataString(value)));
        yield return ("form in .NET's JSON", JsonSerializer.Serialize(WebUtility.UrlEncode(value)));
        yield return ("WebUtility.HtmlEncode", WebUtility.HtmlEncode(value));
        yield return ("HtmlEncoder", HtmlEncoder.Default.Encode(value));
        yield return ("SecurityElement", System.Security.SecurityElement.Escape(value));
        yield return ("base64", Base64(value));
        yield return ("base64, as an echo", Base64(value + "\n"));
        yield return ("base64 for URLs", Base64(value).Replace('+', '-').Replace('/', '_').TrimEnd('='));
        yield return ("Basic authentication", Base64($"user:{value}"));
        yield return ("Basic authentication, a longer name", Base64($"user1:{value}"));
        yield return ("Basic authentication, a longer one", Base64($"user12:{value}@host"));
        yield return ("hexadecimal", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)));
        yield return ("hexadecimal in upper case", Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
        foreach (var separator in new[] { " ", ":", "-", ",", ", " })
        {
            yield return ($"bytes with '{separator}'", string.Join(separator, Encoding.UTF8.GetBytes(value).Select(each => $"{each:x2}")));
            yield return ($"bytes in upper case with '{separator}'", string.Join(separator, Encoding.UTF8.GetBytes(value).Select(each => $"{each:X2}")));
            yield return ($"bytes of source code with '{separator}'", string.Join(separator, Encoding.UTF8.GetBytes(value).Select(each => $"0x{each:x2}")));
            yield return ($"numbers with '{separator}'", string.Join(separator, Encoding.UTF8.GetBytes(value)));
        }
        yield return ("bash -x", $"'{value.Replace("'", @"'\''")}'");
        yield return ("Python's shlex", $"'{value.Replace("'", "'\"'\"'")}'");
        yield return ("YAML", $"'{value.Replace("'", "''")}'");
    }

    private static string LowerCase(string url) => System.Text.RegularExpressions.Regex.Replace(url, "%[0-9A-F]{2}", match => match.Value.ToLowerInvariant());

    [TestMethod]
    [DataRow("pass+word")]
    [DataRow("a&b\"c'd<e>f/gé‹h i")]
    [DataRow("naïve‹secret›")]
    [DataRow("sl/ash=and`tick$")]
    [DataRow("back\\slash!")]
    [DataRow("😀smile+")]
    public void EveryUsualFormOfAValueIsFound(string value)
    {
        var redactor = Redactor.For([Secret(value)], []);

        foreach (var ((program, text), (_, around)) in Printed(value).Zip(Printed("")))
            AssertHidden(redactor, value, program, text, around.Length);
    }

    /// <summary>Programs that are not .NET's, as they print the value a+b&amp;"'&lt;&gt;/é‹ z.</summary>
    [TestMethod]
    [DataRow("Go's json", @"a+b\u0026\""'\u003c\u003e/é‹ z")]
    [DataRow("Python's json", @"a+b&\""'<>/\u00e9\u2039 z")]
    [DataRow("PHP's json", @"a+b&\""'<>\/\u00e9\u2039 z")]
    [DataRow("Gson", @"a+b\u0026\""\u0027\u003c\u003e/é‹ z")]
    [DataRow("Python's quote", "a%2Bb%26%22%27%3C%3E/%C3%A9%E2%80%B9%20z")]
    [DataRow("Python's quote_plus", "a%2Bb%26%22%27%3C%3E%2F%C3%A9%E2%80%B9+z")]
    [DataRow("JavaScript's encodeURIComponent", "a%2Bb%26%22'%3C%3E%2F%C3%A9%E2%80%B9%20z")]
    [DataRow("JavaScript's encodeURI", "a+b&%22'%3C%3E/%C3%A9%E2%80%B9%20z")]
    [DataRow("Go's user name in a URL", "a+b&%22%27%3C%3E%2F%C3%A9%E2%80%B9%20z")]
    [DataRow("a form in lower case", "a%2bb%26%22%27%3c%3e%2f%c3%a9%e2%80%b9+z")]
    [DataRow("Python's html", "a+b&amp;&quot;&#x27;&lt;&gt;/é‹ z")]
    [DataRow("Go's html", "a+b&amp;&#34;&#39;&lt;&gt;/é‹ z")]
    [DataRow("Go's html/template", "a&#43;b&amp;&#34;&#39;&lt;&gt;/é‹ z")]
    [DataRow("Mustache", "a+b&amp;&quot;&#39;&lt;&gt;&#x2F;é‹ z")]
    [DataRow("xmlcharrefreplace", "a+b&amp;&quot;&#39;&lt;&gt;/&#233;&#8249; z")]
    [DataRow("Python's repr", @"a+b&""\'<>/é‹ z")]
    [DataRow("Python's repr of bytes", @"a+b&""\'<>/\xc3\xa9\xe2\x80\xb9 z")]
    [DataRow("bash's printf %q", @"a+b\&\""\'\<\>/é‹\ z")]
    [DataRow("bash in the C locale", @"a+b&""\'<>/\303\251\342\200\271 z")]
    public void FormsOfOtherProgramsAreFound(string program, string text)
    {
        const string value = "a+b&\"'<>/é‹ z";

        AssertHidden(Redactor.For([Secret(value)], []), value, program, text, around: 0);
    }

    [TestMethod]
    public void AValueWithLineEndsIsFoundInOneLine()
    {
        var redactor = Redactor.For([Secret("ab\ncd\n")], []);

        Assert.AreEqual("x *** y", redactor.Redact(@"x ab\ncd\n y"));
        Assert.AreEqual("x *** y", redactor.Redact("x ab%0Acd%0A y"));
    }

    [TestMethod]
    public void Base64BrokenIntoLinesIsFound()
    {
        var value = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('A' + (i % 26))));
        var redactor = Redactor.For([Secret(value)], []);

        Assert.AreEqual("***\n***", redactor.Redact(Base64(value)[..76] + "\n" + Base64(value)[76..].TrimEnd('=')));
    }

    /// <summary>A certificate with its chain, and a file of settings: the forms stay few enough to be looked for.</summary>
    [TestMethod]
    public void ABigSecretIsFoundLineByLine()
    {
        var lines = Enumerable.Range(0, 2_000).Select(i => $"setting-{i} = \"value & {i}\"").ToList();
        var redactor = Redactor.For([Secret(string.Join('\n', lines))], []);

        Assert.AreEqual("*** ***", redactor.Redact($"{lines[1234]} {JsonEncodedText.Encode(lines[77])}"));
    }

    /// <param name="around">What is printed around a value.</param>
    private static void AssertHidden(Redactor redactor, string value, string program, string text, int around)
    {
        // Characters of base64 that also depend on their neighbours are left.
        const int Edges = 6;
        var shown = redactor.Redact($"before {text} after");
        Assert.Contains(Redactor.Mask, shown, $"{program}: {text}");
        var left = shown.Replace(Redactor.Mask, "", StringComparison.Ordinal)["before ".Length..^" after".Length];
        Assert.IsLessThanOrEqualTo(around + (text.Contains(value, StringComparison.Ordinal) || !program.Contains("ase64", StringComparison.Ordinal) && !program.StartsWith("Basic", StringComparison.Ordinal) ? 0 : Edges), left.Length, $"{program} leaves '{left}' of '{value}' in '{text}'");
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
