using System.Collections.Concurrent;

namespace Engine.Tests.Pods.Network.Services;

/// <summary>Disposes of all that it was given.</summary>
internal sealed class Disposables<T> : IDisposable where T : IDisposable
{
    private readonly ConcurrentBag<T> all = [];

    internal T Add(T item)
    {
        all.Add(item);
        return item;
    }

    public void Dispose()
    {
        foreach (var item in all)
            item.Dispose();
    }
}
