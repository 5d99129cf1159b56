namespace Kontrakt.Context.Scanning;

/// <summary>How many threads walk one folder.</summary>
internal sealed class ScanWorkers(int count)
{
    private int _spare = count - 1;

    /// <summary>Does something on a thread of its own, where one is to spare; null where none is.</summary>
    public Task<T>? TryStart<T>(Func<T> work)
    {
        if (Interlocked.Decrement(ref _spare) >= 0)
            return Task.Run(() => Finish(work));
        Interlocked.Increment(ref _spare);
        return null;
    }

    private T Finish<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Increment(ref _spare);
        }
    }
}
