using Kontrakt.Diagnostics;
using Kontrakt.Tool.Terminal;

namespace Tool.Tests;

/// <summary>Colour is for terminals; the text is the same everywhere.</summary>
[TestClass]
public sealed class TerminalLogs
{
    private static readonly RunEvent Ended = new RunEvent.KontraktEnded("orders", true, TimeSpan.FromSeconds(1));

    [TestMethod]
    [Timeout(60_000)]
    public void ColourWhatPassed()
    {
        var text = Write(isTerminal: true, []);

        Assert.Contains("\u001b[", text);
        Assert.Contains("orders: passed (1.0 s)", text);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(false, "TERM", "xterm")]
    [DataRow(true, "NO_COLOR", "1")]
    [DataRow(true, "TERM", "dumb")]
    public void ArePlainElsewhere(bool isTerminal, string name, string value)
    {
        var text = Write(isTerminal, new() { [name] = value });

        Assert.AreEqual("orders: passed (1.0 s)\n", text);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void LeaveLongLinesAndBracketsAlone()
    {
        var line = new string('x', 500) + " [/repo/a.yaml]";

        var text = Write(isTerminal: true, [], new RunEvent.Progress(line));

        Assert.AreEqual(line + "\n", text);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ColourWhereALineOfATestIsFrom()
    {
        var line = new RunEvent.LogLine("orders", "pod/smoke", "[red] 1");

        var (coloured, plain) = (Write(isTerminal: true, [], line), Write(isTerminal: false, [], line));

        Assert.Contains("\u001b[", coloured);
        Assert.EndsWith("[red] 1\n", coloured);
        Assert.AreEqual("orders: pod/smoke | [red] 1\n", plain);
    }

    private static string Write(bool isTerminal, Dictionary<string, string> environment, RunEvent? runEvent = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        TerminalRunLog.For(text, isTerminal, verbose: false, name => environment.GetValueOrDefault(name)).Report(runEvent ?? Ended);
        return text.ToString();
    }
}
