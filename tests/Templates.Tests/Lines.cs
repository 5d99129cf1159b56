using System.Collections.Concurrent;
using Kontrakt.Diagnostics;

namespace Kontrakt.Templates.Tests;

/// <summary>A log as lines; a test may act when one comes.</summary>
internal sealed class Lines(Action<string>? seen = null) : IRunLog
{
    private readonly ConcurrentQueue<string> lines = new();

    public void Report(RunEvent runEvent)
    {
        var line = runEvent switch
        {
            RunEvent.Progress progress => progress.Text,
            RunEvent.Detail detail => detail.Text,
            _ => runEvent.ToString(),
        };
        lines.Enqueue(line);
        seen?.Invoke(line);
    }

    public override string ToString() => string.Join('\n', lines);
}
