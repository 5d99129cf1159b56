using System.Globalization;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>What the whole machine uses, by /proc: it has this also where it has no cgroups.</summary>
internal static class MachineUsage
{
    /// <summary>Linux counts in hundredths of a second for programs, however fast its own clock is.</summary>
    private const long TicksEach = TimeSpan.TicksPerSecond / 100;

    /// <summary>user, nice, system, irq, softirq; what is between them is idle.</summary>
    private static readonly int[] Busy = [1, 2, 3, 6, 7];

    public static ContainerUsage? Read() => File.Exists("/proc/stat") && File.Exists("/proc/meminfo") ? Read(File.ReadLines("/proc/stat").First(), File.ReadAllLines("/proc/meminfo")) : null;

    /// <param name="processors">The first line of /proc/stat.</param>
    internal static ContainerUsage? Read(string processors, string[] memory)
    {
        var counts = processors.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (counts.Length <= Busy[^1] || Kibibytes(memory, "MemTotal:") is not { } all || Kibibytes(memory, "MemAvailable:") is not { } free)
            return null;
        var busy = Busy.Sum(index => long.Parse(counts[index], CultureInfo.InvariantCulture));
        return new(TimeSpan.FromTicks(busy * TicksEach), (all - free) * 1024);
    }

    private static long? Kibibytes(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var number, ..]
            ? long.Parse(number, CultureInfo.InvariantCulture) : null;
}
