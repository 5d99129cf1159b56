using Kontrakt.Clusters.Pods;

namespace Kontrakt.Tests.Judging;

/// <summary>Which lines of a long log an error shows.</summary>
[TestClass]
public sealed class LinesOfLogs
{
    [TestMethod]
    [DataRow(2, "a b c d", "c d")]
    [DataRow(9, "a b", "a b")]
    [DataRow(2, "", "")]
    [DataRow(0, "error a", "")]
    [DataRow(2, "a Error:x b c d", "Error:x LEFT:1 c d")]
    [DataRow(2, "a Error:x c d", "Error:x c d", DisplayName = "nothing is left out between them")]
    [DataRow(1, "error1 a error2 b error3 error4 c error5 d e", "error1 LEFT:1 error2 LEFT:2 error4 LEFT:1 error5 LEFT:1 e", DisplayName = "the first two and the last two")]
    [DataRow(2, "a b error:x", "b error:x", DisplayName = "one at the end is shown anyway")]
    public void AreTheLastAndTheErrorsAboveThem(int most, string log, string shown)
    {
        var lines = new TellingLines(most);
        foreach (var line in log.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            lines.Add(line);

        Assert.AreEqual(shown, string.Join(' ', lines.ToLines()).Replace("[kontrakt: ", "LEFT:", StringComparison.Ordinal).Replace("1 line left out here]", "1", StringComparison.Ordinal).Replace(" lines left out here]", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("Unhandled exception. System.Net.Http.HttpRequestException: Connection refused (hello:80)", "   at System.Net.Http.ErrorHandler.FailAsync()")]
    [DataRow("Traceback (most recent call last):", "  File \"/app/errors.py\", line 3, in fail")]
    [DataRow("panic: runtime error: invalid memory address", "\t/src/errors/fail.go:12 +0x1d")]
    [DataRow("java.lang.IllegalStateException: no schema", "\tat com.example.Failures.fail(Failures.java:12)")]
    [DataRow("AssertionError [ERR_ASSERTION]: 1 == 2", "    at Object.error (node:internal/errors:12:3)")]
    [DataRow("Assert.AreEqual failed. Expected:<1>. Actual:<2>.", "   at Checks.Orders.FailAsync() in /src/Orders.cs:line 9")]
    public void NameWhatAStackOfCallsIsAbout(string about, string frame)
    {
        var lines = new TellingLines(3);
        foreach (var line in Enumerable.Repeat("starting", 50).Append(about).Concat(Enumerable.Repeat(frame, 40)))
            lines.Add(line);

        Assert.AreSequenceEqual([about, TellingLines.LeftOut(37), frame, frame, frame], lines.ToLines());
    }
}
