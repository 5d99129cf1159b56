using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>Keeps a pod's volumes up to date while it runs: with what they show of the API, and with fresh tokens.</summary>
internal sealed class VolumeRefresh(PodContext pod)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var changed = pod.Changed.Next;
                TryFurnish();
                await Task.WhenAny(changed, UntilTokensAsync(cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The pod ends.
        }
    }

    private void TryFurnish()
    {
        try
        {
            pod.Volumes.Furnish(pod.Current);
        }
        catch (VolumeException e)
        {
            // The containers keep what they have.
            pod.Events.Warning("FailedMount", e.Message);
        }
    }

    private Task UntilTokensAsync(CancellationToken cancellationToken)
    {
        if (pod.Volumes.NextRefresh is not { } next)
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        var left = next - pod.Time.GetUtcNow();
        return Task.Delay(left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), pod.Time, cancellationToken);
    }
}
