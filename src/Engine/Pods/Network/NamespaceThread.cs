using System.Collections.Concurrent;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>A thread that stays inside a network namespace and does there what others ask for, one thing after another.</summary>
internal sealed class NamespaceThread : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    /// <exception cref="Native.SystemCallException">The namespace cannot be entered.</exception>
    internal NamespaceThread(NetworkNamespace network)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        thread = new Thread(() => Work(network, entered)) { IsBackground = true, Name = "node network" };
        thread.Start();
        entered.Task.GetAwaiter().GetResult();
    }

    /// <param name="action">Quick: others wait.</param>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    internal Task<T> RunAsync<T>(Func<T> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            work.Add(() => Settle(result, action));
        }
        catch (InvalidOperationException ended)
        {
            throw new ObjectDisposedException("the node's network is closed", ended);
        }
        return result.Task;
    }

    /// <summary>Ends it, when all it was asked for is done.</summary>
    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    private void Work(NetworkNamespace network, TaskCompletionSource entered)
    {
        try
        {
            network.Enter();
        }
        catch (Native.SystemCallException refused)
        {
            entered.SetException(refused);
            return;
        }
        entered.SetResult();
        foreach (var action in work.GetConsumingEnumerable())
            action();
    }

    private static void Settle<T>(TaskCompletionSource<T> result, Func<T> action)
    {
        try
        {
            result.SetResult(action());
        }
        // It is thrown again where the caller waits.
        catch (Exception exception)
        {
            result.SetException(exception);
        }
    }
}
