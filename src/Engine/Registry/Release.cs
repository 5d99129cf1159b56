namespace Kontrakt.Engine.Registry;

/// <summary>Gives something back once, however often it is disposed.</summary>
internal sealed class Release(Action giveBack) : IDisposable
{
    private Action? giveBack = giveBack;

    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}
