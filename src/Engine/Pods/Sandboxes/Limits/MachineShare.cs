using System.Globalization;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>What all containers of the engine together may use of the machine. The rest is its owner's, whatever pods do.</summary>
public sealed record MachineShare(long MemoryBytes, int Processes)
{
    private const long Gibibyte = 1 << 30;
    private const int UsualProcesses = 4096;

    public static MachineShare Current { get; } = Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Math.Min(Number("pid_max"), Number("threads-max")));

    /// <summary>Of a container that says nothing of it.</summary>
    public long ContainerMemoryBytes { get; private init; }

    /// <summary>Of each container.</summary>
    public int ContainerProcesses => Math.Min(UsualProcesses, Math.Max(1, Processes / 4));

    /// <param name="memory">The machine's, in bytes, or what its owner leaves to the engine's process.</param>
    /// <param name="processes">How many the machine can have at all.</param>
    public static MachineShare Of(long memory, long processes)
    {
        var all = memory / 5 * 4;
        // Of a small machine a quarter would be less than a database wants.
        return new(all, (int)Math.Clamp(processes / 2, 1, int.MaxValue)) { ContainerMemoryBytes = Math.Min(all, Math.Max(memory / 4, 2 * Gibibyte)) };
    }

    /// <summary>For people.</summary>
    public string MemoryText => string.Create(CultureInfo.InvariantCulture, $"{(double)MemoryBytes / Gibibyte:0.#} GiB");

    private static long Number(string setting) => long.Parse(File.ReadAllText($"/proc/sys/kernel/{setting}"), CultureInfo.InvariantCulture);
}
