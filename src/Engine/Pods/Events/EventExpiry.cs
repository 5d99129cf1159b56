using System.Globalization;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Events;

/// <summary>Forgets events an hour after they were last reported, as the API server does by default, so that they take a bounded part of the memory.</summary>
public sealed class EventExpiry(ClusterObjects objects)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, objects.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            Sweep();
    }

    internal void Sweep()
    {
        var now = objects.Time.GetUtcNow();
        foreach (var item in objects.Store.List(Kinds.Event).Items.Where(item => now - Last(item.View) > Lifetime))
            TryDelete(item);
    }

    private void TryDelete(StoredObject item)
    {
        try
        {
            objects.Delete(item.Key, new(ResourceVersion: item.View.ResourceVersion));
        }
        catch (StatusException e) when (e.Code is 404 or 409)
        {
            // Deleted meanwhile, or reported again.
        }
    }

    private static DateTimeOffset Last(KubernetesObject item)
    {
        foreach (var text in (ReadOnlySpan<string>)[item.Text("lastTimestamp"), item.Text("eventTime"), item.Text("metadata", "creationTimestamp")])
        {
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return time;
        }
        return DateTimeOffset.MaxValue;
    }
}
