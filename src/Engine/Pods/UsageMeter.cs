using Kontrakt.Engine.Pods.Sandboxes.Limits;

namespace Kontrakt.Engine.Pods;

/// <summary>What is used: processors over a while, memory now.</summary>
/// <param name="At">The end of the while.</param>
public sealed record MeasuredUsage(decimal Processors, decimal Memory, DateTimeOffset At, TimeSpan Window);

/// <summary>Remembers what was read, and works out the rate since.</summary>
internal sealed class UsageMeter(Func<ContainerUsage?> read)
{
    /// <summary>Of a shorter while, a rate says little; of a longer one, little about now.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<(DateTimeOffset At, ContainerUsage Usage)> readings = [];

    public void Read(DateTimeOffset now) => Measure(now);

    /// <summary>null: nothing was read long enough ago, or nothing can be read.</summary>
    public MeasuredUsage? Measure(DateTimeOffset now)
    {
        lock (gate)
        {
            if (read() is not { } usage)
                return null;
            readings.RemoveAll(each => now - each.At > Longest);
            var before = readings.FindLast(each => now - each.At >= Shortest);
            if (readings.Count == 0 || now - readings[^1].At >= Apart)
                readings.Add((now, usage));
            return before.Usage is null ? null
                : new((decimal)((usage.Processor - before.Usage.Processor) / (now - before.At)), usage.Memory, now, now - before.At);
        }
    }
}
