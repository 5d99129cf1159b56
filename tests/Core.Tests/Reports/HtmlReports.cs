using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Reports;
using Kontrakt.Reports.Html;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

[TestClass]
public sealed partial class HtmlReports
{
    [TestMethod, Timeout(60_000)]
    public void TellVerdictsTimesTestsEventsAndLogs()
    {
        using var run = new SampleRun();

        var html = Html(run.Report);

        Assert.Contains("<h1>Kontrakts: 1 passed, 1 failed (9.0 s)</h1>", html);
        Assert.Contains("aria-label=\"lease 1.0 s, apply 1.0 s, wait 2.0 s, delete 3.0 s\"", html);
        Assert.Contains("aria-label=\"schedule 0.0 s, pull 2.0 s, start 0.0 s, run 1.0 s, delete 3.0 s\"", html);
        Assert.Contains("build", html);
        Assert.Contains("needle in the log", html);
        Assert.Contains("Back-off &lt;restarting&gt;", html);
        Assert.Contains("BackOff (3 times)", html);
        Assert.Contains("ended with exit code 1", html);
    }

    [TestMethod, Timeout(60_000)]
    public void TellOfEachImageWhatBuiltItAndHowLongOrThatNothingWasBuilt()
    {
        using var run = new SampleRun();
        run.BuildImages();

        var html = Html(run.Report);

        Assert.Contains("Images: 2 built, 1 unchanged, 1 resolved", html);
        Assert.Contains("after 2.0 s of restoring and compiling projects", html);
        Assert.Contains("<td>built by SDK containers: <code>sha256:1</code> from <code>api/api.csproj</code></td><td>1.0 s</td><td><div class=\"bar\" role=\"img\" aria-label=\"build 1.0 s\">", html);
        Assert.Contains("<td>built by Kaniko: <code>sha256:2</code> from <code>web/Dockerfile</code></td><td>1.5 s</td>", html);
        Assert.Contains("<td>unchanged, nothing was built: <code>sha256:3</code> from <code>db/db.csproj</code></td><td>0.5 s to see that</td><td></td>", html);
        Assert.Contains("<th scope=\"row\">busybox:1</th><td>resolved, not built: <code>sha256:4</code></td><td></td><td></td>", html);
    }

    [TestMethod, Timeout(60_000)]
    public void ShowFailuresFirstAndTimesAndImagesAtTheEnd()
    {
        using var run = new SampleRun();
        run.BuildImages();

        var html = Html(run.Report);

        string[] parts = ["id=\"overview\"", "<a href=\"#k0\">web</a>", "<a href=\"#k1\">orders</a>", "id=\"k0\" data-verdict=\"failed\" open", "id=\"k1\" data-verdict=\"passed\"", "<section id=\"steps\"", "<details class=\"part\"><summary>Images: "];
        var places = parts.Select(part => html.IndexOf(part, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places, string.Join(", ", places));
        CollectionAssert.AreEqual(places.Order().ToList(), places);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1, false)]
    [DataRow(2, true)]
    public void AddUpStepsOfSeveralKontraktsOnly(int kontrakts, bool added)
    {
        using var run = new SampleRun();
        run.Store.Update(record => record with { Kontrakts = [.. record.Kontrakts.Take(kontrakts)] });

        Assert.AreEqual(added, Html(run.Report).Contains("of all kontrakts added up", StringComparison.Ordinal));
    }

    [TestMethod, Timeout(60_000)]
    public void SayOfARunThatGoesOnThatItDoes()
    {
        using var run = new SampleRun();
        run.Store.Update("web", _ => run.Kontrakt("web", RunState.Passed));

        var html = Html(run.Report with { Ended = false });

        Assert.Contains("<title>Incomplete: kontrakts", html);
        Assert.Contains("<strong>Incomplete:</strong> this was the state of the run when this was written", html);
    }

    [TestMethod, Timeout(60_000)]
    public void ShowTheLinesOfYamlAroundAFailure()
    {
        using var run = new SampleRun();

        var html = Html(run.Report);

        Assert.Contains("<mark>&gt;     7 |   - name: main</mark>", html);
        Assert.Contains("      8 |     image: &lt;busybox&gt;", html);
    }

    [TestMethod, Timeout(60_000)]
    public void ShowNoValueOfASecret()
    {
        using var run = new SampleRun();

        var html = Html(run.Report with { Others = [new("KTR1002", "twice", run.Yaml, 12, 3)] });

        Assert.Contains("password:***", html);
        Assert.DoesNotContain("hunter22", html);
    }

    [TestMethod, Timeout(60_000)]
    public void NeedNothingFromOutside()
    {
        using var run = new SampleRun();

        var html = Html(run.Report);

        Assert.DoesNotMatchRegex(Outside(), html);
        Assert.Contains("default-src 'none'", html);
    }

    [TestMethod, Timeout(60_000)]
    public void HoldAnyTextAsText()
    {
        using var run = new SampleRun();
        run.Store.Update("web", kontrakt => kontrakt with { Tests = [SampleRun.Failed("pod/" + SampleRun.Awkward)], Diagnostics = [new("KTR4001", SampleRun.Awkward, null, 0, 0)] });
        var raw = run.Log("web", "smoke/raw", "");
        File.WriteAllBytes(raw, [.. Encoding.UTF8.GetBytes(SampleRun.Awkward), 0xff, 0xfe, 0xc3, (byte)'\n', .. "next"u8]);

        var html = Html(run.Report);

        Assert.DoesNotContain("<script>alert", html);
        Assert.HasCount(1, Regex.Matches(html, "</script>"));
        Assert.IsFalse(html.Any(character => char.IsControl(character) && character is not ('\n' or '\t')), "a control character");
        Assert.Contains("a &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;&amp;amp; &quot;q&quot; &#39;x&#39; | `t` ]]&gt; red nul", html, "of the log");
        Assert.Contains("\ufffd\nnext", html);
    }

    [TestMethod, Timeout(60_000)]
    public void ShowBeginningAndEndOfALongLog()
    {
        using var run = new SampleRun();
        var file = run.Log("web", "smoke/long", string.Concat(Enumerable.Range(0, 100_000).Select(line => $"line {line} of a long log\n")));

        var html = Html(run.Report);

        Assert.Contains("\nline 0 of a long log\n", html);
        Assert.Contains("\nline 99999 of a long log\n", html);
        Assert.DoesNotContain("line 50000 of", html);
        Assert.Contains($"in the middle are left out here; the whole log is in <code>{file}</code>", html);
        Assert.IsTrue(html.Length < 400_000, $"{html.Length} characters");
    }

    [TestMethod, Timeout(60_000)]
    public void StayOfASizeThatABrowserOpensWhateverTheLogs()
    {
        using var run = new SampleRun();
        var line = new string('x', 999) + "\n";
        for (var pod = 0; pod < 300; pod++)
            run.Log("web", $"pod-{pod}/main", string.Concat(Enumerable.Repeat(line, 100)));

        Assert.IsTrue(Html(run.Report).Length < 20_000_000);
    }

    [TestMethod, Timeout(60_000)]
    public void SayWhenARunWasCutShort()
    {
        using var run = new SampleRun();
        run.Store.Update("orders", _ => run.Kontrakt("orders", RunState.Applied));

        var html = Html(run.Report);

        Assert.Contains("<strong>Incomplete:</strong>", html);
        Assert.Contains("no verdict", html);
    }

    [TestMethod, Timeout(60_000)]
    public void AreWrittenForARunThatDidNotBegin()
    {
        var html = Html(new(null, [new("KTR1007", "no kontrakt was found", null, 0, 0)], "/repo", null));

        Assert.Contains("the run did not begin", html);
        Assert.Contains("no kontrakt was found", html);
    }

    [TestMethod, Timeout(60_000)]
    public void OfOneRecordAreTheSame()
    {
        using var run = new SampleRun();

        Assert.AreEqual(Html(run.Report), Html(run.Report));
    }

    private static string Html(RunReport report)
    {
        using var stream = new MemoryStream();
        HtmlReport.Write(stream, report, CancellationToken.None);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream.ToArray());
    }

    [GeneratedRegex("""(src|href)="(?!#|data:,)|url\(|@import|https?://(?!127\.0\.0\.1)""")]
    private static partial Regex Outside();
}
