using System.Collections.Concurrent;
using Kontrakt.Engine.Pods.Sandboxes.Limits;

namespace Kontrakt.Engine.Pods;

/// <summary>What a container uses: processors over a while, memory now.</summary>
/// <param name="At">The end of the while.</param>
public sealed record MeasuredUsage(decimal Processors, decimal Memory, DateTimeOffset At, TimeSpan Window);

/// <summary>Measures containers when it is asked, and remembers what it measured before: a rate takes two moments.</summary>
public sealed class PodUsages(TimeProvider time)
{
    /// <summary>Of a shorter while, a rate says little.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(string Pod, string Container), Meter> meters = [];

    /// <summary>While a container runs.</summary>
    /// <param name="pod">Its uid.</param>
    /// <param name="read">null where this machine cannot measure it.</param>
    public IDisposable Register(string pod, string container, Func<ContainerUsage?> read)
    {
        var (key, meter) = ((pod, container), new Meter(read));
        meters[key] = meter;
        return new Registration(() => meters.TryRemove(new(key, meter)));
    }

    /// <summary>null: not yet, or not on this machine.</summary>
    public MeasuredUsage? Measure(string pod, string container) => meters.TryGetValue((pod, container), out var meter) ? meter.Measure(time.GetUtcNow()) : null;

    private sealed class Meter(Func<ContainerUsage?> read)
    {
        private readonly Lock gate = new();
        private readonly List<(DateTimeOffset At, ContainerUsage Usage)> readings = [];

        public MeasuredUsage? Measure(DateTimeOffset now)
        {
            lock (gate)
            {
                if (read() is not { } usage)
                    return null;
                readings.RemoveAll(each => now - each.At > Longest);
                var before = readings.FindLast(each => now - each.At >= Shortest);
                if (readings.Count == 0 || now - readings[^1].At >= TimeSpan.FromSeconds(1))
                    readings.Add((now, usage));
                return before.Usage is null ? null
                    : new((decimal)((usage.Processor - before.Usage.Processor) / (now - before.At)), usage.Memory, now, now - before.At);
            }
        }
    }

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
