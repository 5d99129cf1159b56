using System.Collections.Concurrent;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tests.Clusters;

/// <summary>A run's log as a list; its text goes into failed assertions.</summary>
internal sealed class ListLog : IRunLog
{
    private readonly ConcurrentQueue<RunEvent> _events = new();

    public IEnumerable<Diagnostic> Diagnostics => _events.OfType<RunEvent.Reported>().Select(each => each.Diagnostic);

    public IEnumerable<string> Progress => _events.OfType<RunEvent.KontraktProgress>().Select(each => each.Text);

    public string Text => string.Join('\n', _events);

    public void Report(RunEvent runEvent) => _events.Enqueue(runEvent);
}
