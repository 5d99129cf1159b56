using System.Text;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

[TestClass]
public sealed class MarkdownReports
{
    [TestMethod, Timeout(60_000)]
    public void BeginWithWhatFailed()
    {
        using var run = new SampleRun();

        var text = MarkdownWriter.Write(run.Report, MarkdownWriter.LargestSummary);

        Assert.StartsWith("## ❌ Kontrakts: 1 passed, 1 failed (9.0 s)\n", text);
        Assert.IsTrue(text.IndexOf("| web | ❌ failed | 0 of 1 | 4.0 s |", StringComparison.Ordinal) is > 0 and var web && web < text.IndexOf("| orders | ✅ passed | 1 of 1 | 4.0 s |", StringComparison.Ordinal), text);
        Assert.Contains("**KTR4001** in web.kontrakt/test.yaml line 7\n\n```text\ntest 'pod/smoke' failed: exit code 1\n```\n", text);
    }

    [TestMethod, Timeout(60_000)]
    public void SayWhichImagesTookHowLong()
    {
        using var run = new SampleRun();
        run.BuildImages();

        var text = MarkdownWriter.Write(run.Report, MarkdownWriter.LargestSummary);

        Assert.Contains("\nImages: 2 built, 1 unchanged, 1 resolved (web in 1.5 s, api in 1.0 s)\n", text);
    }

    [TestMethod, Timeout(60_000)]
    public void KeepTheirFormWhateverANameOrAMessageHolds()
    {
        using var run = new SampleRun();
        run.Store.Update("web", kontrakt => kontrakt with { Name = "a|b\n# c <img> [x](y)", Diagnostics = [new("KTR4001", "````\n</details>\u001b[31m", null, 0, 0)] });

        var text = MarkdownWriter.Write(run.Report, MarkdownWriter.LargestSummary);

        Assert.Contains("| a\\|b \\# c &lt;img&gt; \\[x\\](y) | ❌ failed |", text);
        Assert.Contains("`````text\n````\n</details>\n`````\n", text);
    }

    [TestMethod, Timeout(60_000)]
    public void StayBelowTheirLimitAndSayWhatIsLeftOut()
    {
        using var run = new SampleRun();
        var many = Enumerable.Range(0, 5000).Select(number => run.Kontrakt($"kontrakt-{number}", RunState.Failed) with { Diagnostics = [new("KTR4001", new string('ü', 5000), null, 0, 0)] });
        run.Store.Update(record => record with { Kontrakts = [.. many] });

        var text = MarkdownWriter.Write(run.Report, MarkdownWriter.LargestSummary);

        Assert.IsTrue(Encoding.UTF8.GetByteCount(text) <= MarkdownWriter.LargestSummary);
        Assert.Contains("further parts do not fit here", text);
    }
}
