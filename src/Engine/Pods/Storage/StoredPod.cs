using System.Diagnostics;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>A pod on the disk, and when to look at it next. To look is work for the disk, and is done no more than it must.</summary>
internal sealed class StoredPod(PodDefinition pod, string directory, ClaimFolders claims, TimeProvider time)
{
    /// <summary>Of the time, at most, that looking may take.</summary>
    private const int Part = 20;
    private const long MuchWritten = 64 << 20;
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);

    private readonly bool limited = StorageRule.IsLimited(pod);
    private DateTimeOffset seldom = time.GetUtcNow() + Seldom;
    private DateTimeOffset earliest = DateTimeOffset.MinValue;
    private long freeThen = long.MaxValue;

    public PodDefinition Pod => pod;

    public PodUsage? Usage { get; private set; }

    /// <summary>One with limits each time; another one where the disk has filled meanwhile, and now and then in case something else has been deleted at the same time.</summary>
    /// <param name="free">What the disk has left now.</param>
    public bool IsDue(long free)
    {
        if (freeThen == long.MaxValue)
            freeThen = free;
        var now = time.GetUtcNow();
        return now >= earliest && (limited || freeThen - free > MuchWritten || now >= seldom);
    }

    public bool MayBeMeasured => time.GetUtcNow() >= earliest;

    public PodUsage Measure(long free)
    {
        var clock = Stopwatch.StartNew();
        Usage = PodUsage.Measure(pod, directory, claims);
        var now = time.GetUtcNow();
        (freeThen, seldom, earliest) = (free, now + Seldom, now + clock.Elapsed * Part);
        return Usage;
    }
}
