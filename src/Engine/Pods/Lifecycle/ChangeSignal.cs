namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>Wakes all who wait, once for each time it is raised. Take <see cref="Next"/> before looking at what may change.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
