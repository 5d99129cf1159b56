using System.Collections.Concurrent;
using Kontrakt.Engine.Pods.Sandboxes.Limits;

namespace Kontrakt.Engine.Pods;

/// <summary>Measures the containers and their machine, as long as somebody asks: a rate takes two moments.</summary>
public sealed class PodUsages(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>So long after the last question, measuring ends.</summary>
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<(string Pod, string Container), UsageMeter> meters = [];
    private readonly UsageMeter machine = new(MachineUsage.Read);
    private DateTimeOffset asked;
    private ITimer? next;
    private bool ended;

    /// <summary>While a container runs.</summary>
    /// <param name="pod">Its uid.</param>
    /// <param name="read">null where this machine cannot measure it.</param>
    public IDisposable Register(string pod, string container, Func<ContainerUsage?> read)
    {
        var (key, meter) = ((pod, container), new UsageMeter(read));
        meter.Read(time.GetUtcNow());
        meters[key] = meter;
        return new Registration(() => meters.TryRemove(new(key, meter)));
    }

    public bool Runs(string pod, string container) => meters.ContainsKey((pod, container));

    /// <summary>null: not yet, or not on this machine.</summary>
    public MeasuredUsage? Measure(string pod, string container) => meters.TryGetValue((pod, container), out var meter) ? Measure(meter) : null;

    /// <summary>All that runs on the machine; null as for a container.</summary>
    public MeasuredUsage? MeasureMachine() => Measure(machine);

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            next?.Dispose();
        }
    }

    private MeasuredUsage? Measure(UsageMeter meter)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            asked = now;
            if (!ended)
                next ??= time.CreateTimer(_ => ReadAll(), null, Period, Timeout.InfiniteTimeSpan);
        }
        return meter.Measure(now);
    }

    private void ReadAll()
    {
        var now = time.GetUtcNow();
        foreach (var meter in meters.Values.Append(machine))
            meter.Read(now);
        lock (gate)
            if (!ended && !meters.IsEmpty && now - asked < Interest)
                next?.Change(Period, Timeout.InfiniteTimeSpan);
            else
            {
                next?.Dispose();
                next = null;
            }
    }

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
