using Kontrakt.Diagnostics;

namespace Kontrakt.Reports;

/// <summary>Writes run events as plain lines, each whole, in the order they are reported.</summary>
/// <param name="writer">Where the lines go; the tool gives standard error, as standard output is for results.</param>
/// <param name="verbose">Whether details are written.</param>
public sealed class ConsoleRunLog(TextWriter writer, bool verbose) : IRunLog
{
    private readonly Lock _gate = new();

    public void Report(RunEvent runEvent)
    {
        if (RunLine.Of(runEvent, verbose) is not { } line)
            return;
        lock (_gate)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }
}
