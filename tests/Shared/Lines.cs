using System.Collections.Concurrent;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tests;

/// <summary>A log as lines; a test may act when one comes.</summary>
internal sealed class Lines(Action<string>? seen = null) : IRunLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public void Report(RunEvent runEvent)
    {
        var line = runEvent switch
        {
            RunEvent.Progress progress => progress.Text,
            RunEvent.Detail detail => detail.Text,
            RunEvent.KontraktProgress progress => progress.Text,
            _ => runEvent.ToString(),
        };
        _lines.Enqueue(line);
        seen?.Invoke(line);
    }

    public override string ToString() => string.Join('\n', _lines);
}
