using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Spectre.Console;

namespace Kontrakt.Tool.Terminal;

/// <summary>Run events on a terminal: the plain lines, with colour for what passed and what did not.</summary>
internal sealed class TerminalRunLog(IAnsiConsole console, bool verbose) : IRunLog
{
    private readonly Lock _gate = new();

    /// <summary>A log for standard error: on a terminal coloured and with what runs now below, plain elsewhere, under NO_COLOR (no-color.org) and with TERM=dumb.</summary>
    public static IRunLog For(TextWriter error, bool isTerminal, bool verbose, Func<string, string?> environment)
    {
        var plain = !isTerminal || environment("NO_COLOR") is { Length: > 0 } || environment("TERM") == "dumb";
        if (plain)
            return new ConsoleRunLog(error, verbose);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(error) });
        // Lines are not wrapped: the terminal does that, and a copied path stays whole.
        console.Profile.Width = int.MaxValue / 2;
        return new LiveRunLog(console, new TerminalRunLog(console, verbose), Size, TimeProvider.System);
    }

    public void Report(RunEvent runEvent)
    {
        if (RunLine.Of(runEvent, verbose) is not { } line)
            return;
        lock (_gate)
            console.MarkupLine(runEvent is RunEvent.LogLine log ? $"[cyan]{Markup.Escape(RunLine.Prefix(log))}[/]{Markup.Escape(log.Text)}" : Colour(runEvent) is { } colour ? $"[{colour}]{Markup.Escape(line)}[/]" : Markup.Escape(line));
    }

    /// <summary>Of the terminal that standard error goes to; where it does not say, the oldest size there is.</summary>
    private static (int Width, int Height) Size()
    {
        try
        {
            return Console.WindowWidth > 0 && Console.WindowHeight > 0 ? (Console.WindowWidth, Console.WindowHeight) : (80, 24);
        }
        catch (IOException)
        {
            return (80, 24);
        }
    }

    private static string? Colour(RunEvent runEvent) => runEvent switch
    {
        RunEvent.TestEnded { Passed: true } or RunEvent.KontraktEnded { Passed: true } => "green",
        RunEvent.TestEnded or RunEvent.KontraktEnded => "red",
        RunEvent.Reported { Diagnostic.Severity: Severity.Error } => "red",
        RunEvent.Reported or RunEvent.TestStopped => "yellow",
        RunEvent.Detail => "grey",
        _ => null,
    };
}
