namespace Kontrakt.Engine.Pods.Images;

/// <summary>Gives back once, however often it is disposed.</summary>
internal sealed class Lease(Action giveBack) : IDisposable
{
    private Action? giveBack = giveBack;

    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}
