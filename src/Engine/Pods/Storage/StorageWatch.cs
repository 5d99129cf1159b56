namespace Kontrakt.Engine.Pods.Storage;

/// <summary>
/// Evicts pods that have more on the disk than they may; and the largest one when the disk itself has too little left. It looks now and then, as
/// the kubelet does: no file system that a machine may have limits folders.
/// </summary>
/// <param name="disk">Any folder on it.</param>
/// <param name="usual">Bytes that a pod without limits may have.</param>
/// <param name="reserve">What is to be left on the disk.</param>
internal sealed class StorageWatch(string disk, long usual, long reserve, TimeProvider time)
{
    /// <summary>One that has less is not what fills the disk.</summary>
    private const long Worthwhile = 64 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<StoredPod, Action<string>> pods = [];
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

    public void Remove(StoredPod pod)
    {
        lock (gate)
        {
            if (pods.Remove(pod) && pods.Count == 0)
                any = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    private void Look()
    {
        Dictionary<StoredPod, Action<string>> all;
        lock (gate)
            all = new(pods);
        var free = new DriveInfo(disk).AvailableFreeSpace;
        foreach (var (pod, evict) in all.Where(each => each.Key.IsDue(free)))
            if (StorageRule.WhyEvict(pod.Pod, pod.Measure(free), usual) is { } why)
                Evict(pod, evict, why);
        if (free < reserve)
            EvictLargest(all, free);
    }

    /// <summary>One at a time: what it frees may be enough.</summary>
    private void EvictLargest(Dictionary<StoredPod, Action<string>> all, long free)
    {
        foreach (var pod in all.Keys.Where(pod => pod.MayBeMeasured))
            pod.Measure(free);
        var (largest, evict) = all.MaxBy(each => each.Key.Usage?.Total ?? 0);
        if (largest?.Usage is { } usage && usage.Total >= Worthwhile)
            Evict(largest, evict, StorageRule.LowDisk(largest.Pod, usage, reserve, free));
    }

    private void Evict(StoredPod pod, Action<string> evict, string why)
    {
        Remove(pod);
        evict(why);
    }
}
