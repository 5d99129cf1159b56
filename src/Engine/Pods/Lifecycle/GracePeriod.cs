namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>The time in which containers may end by themselves. It can be made shorter, never longer.</summary>
internal sealed class GracePeriod(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource over = new();
    private ITimer? timer;
    private DateTimeOffset end = DateTimeOffset.MaxValue;

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Begins it, or shortens it.</summary>
    public void EndAfter(TimeSpan span)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now + span >= end)
                return;
            end = now + span;
            timer?.Dispose();
            timer = time.CreateTimer(_ => over.Cancel(), null, span, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (gate)
            timer?.Dispose();
    }
}
