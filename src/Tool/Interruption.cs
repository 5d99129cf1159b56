using System.Runtime.InteropServices;

namespace Kontrakt.Tool;

/// <summary>
/// Ctrl+C, SIGTERM and SIGHUP cancel once and leave the process running until clean-up is done. A second one does not hurry it:
/// a namespace left behind costs more than a wait.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action<string> _say;
    private int _exitCode;

    /// <param name="say">Gets a sentence when a signal came.</param>
    /// <param name="outer">Cancels as well, without a signal.</param>
    public Interruption(Action<string> say, CancellationToken outer)
    {
        _say = say;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registrations =
        [
            On(PosixSignal.SIGINT, Tool.ExitCode.Interrupted),
            On(PosixSignal.SIGTERM, Tool.ExitCode.Terminated),
            On(PosixSignal.SIGHUP, Tool.ExitCode.HungUp),
        ];
    }

    public CancellationToken Token => _cancellation.Token;

    /// <summary>The exit code of the first signal; that of Ctrl+C where none came.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode) is not 0 and var code ? code : Tool.ExitCode.Interrupted;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancellation.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
        {
            _say("still cleaning up");
            return;
        }
        _say("cancelled; cleaning up");
        _cancellation.Cancel();
    });
}
