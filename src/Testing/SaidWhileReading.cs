using Kontrakt.Diagnostics;

namespace Kontrakt.Testing;

/// <summary>What is reported while the kontrakts are read, such as which have changed, for the platform to show.</summary>
internal sealed class SaidWhileReading : IRunLog
{
    private readonly List<string> _texts = [];

    public IReadOnlyList<string> Texts => _texts;

    public void Report(RunEvent runEvent)
    {
        if (runEvent is RunEvent.Progress progress)
            _texts.Add(progress.Text);
    }
}
