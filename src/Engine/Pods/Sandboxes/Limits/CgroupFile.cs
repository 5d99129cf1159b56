using System.Globalization;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>A file of a cgroup that says one limit.</summary>
/// <param name="Optional">Not every kernel has it.</param>
internal sealed record CgroupFile(string Name, string Value, bool Optional = false)
{
    private const long CpuPeriod = 100_000;
    private const long MinimalCpuQuota = 1_000;

    /// <exception cref="IOException">The kernel refuses it.</exception>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!Optional || File.Exists(path))
            File.WriteAllText(path, Value);
    }

    /// <param name="unified">Version 2; each version has its own names.</param>
    public static IEnumerable<CgroupFile> Of(ContainerLimits limits, bool unified, IReadOnlyList<string> controllers)
    {
        if (limits.MemoryBytes is { } bytes && controllers.Contains("memory"))
        {
            yield return new(unified ? "memory.max" : "memory.limit_in_bytes", Text(bytes));
            // What is over the limit does not go to disk instead.
            yield return unified ? new("memory.swap.max", "0", Optional: true) : new("memory.memsw.limit_in_bytes", Text(bytes), Optional: true);
        }
        if (limits.Cpus is { } cpus && controllers.Contains("cpu"))
        {
            var quota = Math.Max(MinimalCpuQuota, (long)(cpus * CpuPeriod));
            yield return unified ? new("cpu.max", $"{Text(quota)} {Text(CpuPeriod)}") : new("cpu.cfs_quota_us", Text(quota));
        }
        if (limits.CpuWeight is { } weight && controllers.Contains("cpu"))
            yield return unified ? new("cpu.weight", Text((long)Math.Clamp(weight * 100, 1, 10_000))) : new("cpu.shares", Text((long)Math.Clamp(weight * 1024, 2, 262_144)));
        if (limits.Processes is { } processes && controllers.Contains("pids"))
            yield return new("pids.max", Text(processes));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
