using System.Collections.Concurrent;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Terminal;

/// <summary>Passes events on, each diagnostic once, and remembers the diagnostics: they decide the exit code and go into reports.</summary>
internal sealed class RecordingRunLog(IRunLog inner) : IRunLog
{
    private readonly ConcurrentDictionary<Diagnostic, bool> _seen = new();
    private readonly ConcurrentQueue<Diagnostic> _diagnostics = new();

    public IReadOnlyCollection<Diagnostic> Diagnostics => _diagnostics;

    public void Report(RunEvent runEvent)
    {
        if (runEvent is RunEvent.Reported { Diagnostic: var diagnostic })
        {
            if (!_seen.TryAdd(diagnostic, true))
                return;
            _diagnostics.Enqueue(diagnostic);
        }
        inner.Report(runEvent);
    }

    /// <summary>Errors of the input alone (KTR1...) are the user's to mend before anything runs; all others are failures.</summary>
    public int FailureExitCode =>
        _diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error) is var errors && errors.Any()
        && errors.All(error => error.Code.StartsWith("KTR1", StringComparison.Ordinal)) ? ExitCode.Usage : ExitCode.Failed;
}
