using Kontrakt.Engine.Registry;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>
/// Evicts pods that have more on the disk than they may; and the largest one when the disk itself has too little left. It looks now and then, as
/// the kubelet does: no file system that a machine may have limits folders.
/// </summary>
/// <param name="usual">Bytes that a pod without limits may have.</param>
/// <param name="report">Gets what cannot be read.</param>
internal sealed class StorageWatch(DiskReserve disk, long usual, Action<string> report, TimeProvider time)
{
    /// <summary>One that has less is not what fills the disk.</summary>
    private const long Worthwhile = 64 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<StoredPod, Action<string>> pods = [];
    /// <summary>Evicted, and not off the disk yet.</summary>
    private readonly HashSet<StoredPod> freeing = [];
    private TaskCompletionSource any = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="evict">Gets the reason.</param>
    public void Add(StoredPod pod, Action<string> evict)
    {
        lock (gate)
        {
            pods[pod] = evict;
            any.TrySetResult();
        }
    }

    /// <summary>It is done, and is not evicted any more.</summary>
    public void Remove(StoredPod pod)
    {
        lock (gate)
        {
            if (pods.Remove(pod) && pods.Count == 0)
                any = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>What it had on the disk is deleted.</summary>
    public void Freed(StoredPod pod)
    {
        lock (gate)
        {
            Remove(pod);
            freeing.Remove(pod);
        }
    }

    /// <summary>Until it is cancelled. Without pods, it sleeps.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task some;
            lock (gate)
                some = any.Task;
            await some.WaitAsync(cancellationToken);
            await Task.Delay(Pause, time, cancellationToken);
            Look();
        }
    }

    /// <summary>Once. What cannot be read is reported, and read again the next time: what one pod does must not end this for all others.</summary>
    internal void Look()
    {
        Dictionary<StoredPod, Action<string>> all;
        lock (gate)
            all = new(pods);
        if (Try<long?>("what the disk has left", () => disk.Free) is not { } free)
            return;
        foreach (var (pod, evict) in all.Where(each => free < disk.Bytes ? each.Key.MayBeMeasured : each.Key.IsDue(free)))
            if (Try($"what the pod {pod.Pod} has on the disk", () => StorageRule.WhyEvict(pod.Pod, pod.Measure(free), usual)) is { } why)
                Evict(pod, evict, why);
        if (free < disk.Bytes && !IsFreeing)
            EvictLargest(all, free);
    }

    /// <summary>The space of an evicted pod is still to come: it may be enough.</summary>
    private bool IsFreeing
    {
        get
        {
            lock (gate)
                return freeing.Count > 0;
        }
    }

    /// <summary>One at a time: what it frees may be enough.</summary>
    private void EvictLargest(Dictionary<StoredPod, Action<string>> all, long free)
    {
        // What outlives a pod is not freed with it; but then the pod fills it no further.
        var (largest, evict) = all.MaxBy(each => each.Key.Usage?.Total ?? 0);
        if ((largest?.Usage?.Total ?? 0) < Worthwhile)
            (largest, evict) = all.MaxBy(each => each.Key.Usage?.All ?? 0);
        if (largest?.Usage is { } usage && usage.All >= Worthwhile)
            Evict(largest, evict, StorageRule.LowDisk(largest.Pod, usage, disk.Bytes, free));
    }

    private void Evict(StoredPod pod, Action<string> evict, string why)
    {
        lock (gate)
        {
            // It has ended meanwhile.
            if (!pods.ContainsKey(pod))
                return;
            Remove(pod);
            freeing.Add(pod);
        }
        evict(why);
    }

    private T? Try<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report($"The engine cannot read {what}: {e.Message}");
            return default;
        }
    }
}
