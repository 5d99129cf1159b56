using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Tool.Tests.Engines;

/// <summary>
/// What a running engine has of the machine: its processes and those of its pods, their networks, cgroups and mounts. It holds their namespaces:
/// the kernel gives the number of one that is gone to the next one, which is another test's.
/// </summary>
internal sealed class EngineSurroundings : IDisposable
{
    private readonly List<SafeFileHandle> _held = [];
    private readonly string _folder;
    private readonly HashSet<string> _processes;
    private readonly HashSet<string> _networks;
    private readonly HashSet<string> _cgroups;

    private EngineSurroundings(string folder, int engine)
    {
        // As proc_pid_mountinfo(5) writes it.
        _folder = folder.Replace(" ", @"\040", StringComparison.Ordinal);
        var parents = Running().ToDictionary(process => process, Parent);
        List<int> all = [.. parents.Keys.Where(process => IsBelow(process, engine, parents))];
        var mine = Namespace(Environment.ProcessId, "net");
        _processes = [.. all.Select(process => Hold(process, "pid")).OfType<string>()];
        _networks = [.. all.Select(process => Hold(process, "net")).OfType<string>().Where(network => network != mine)];
        _cgroups = [.. all.SelectMany(Cgroups)];
        Mounts = Below(engine).Count();
    }

    /// <summary>How many processes the engine and its pods are.</summary>
    public int Processes => Its().Count();

    /// <summary>How many mounts the engine has in its folder.</summary>
    public int Mounts { get; }

    /// <summary>The networks of its pods.</summary>
    public int Networks => _networks.Count;

    /// <param name="engine">Its process, which must be running.</param>
    public static EngineSurroundings Of(string folder, int engine) => new(folder, engine);

    /// <summary>Waits until all processes of the engine and its pods have ended.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        // The kernel tells parents only when a process ends.
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Processes > 0)
            await tries.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Waits until no cgroup of its pods is left: of two engines that start at once, one removes them, and the other does not wait for it.</summary>
    public async Task WaitForCgroupsAsync(CancellationToken cancellationToken)
    {
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (LeftCgroups().Length > 0)
            await tries.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>What is still there, a line each, of all but files.</summary>
    public string Left() => string.Join('\n',
    [
        .. Its().Select(process => $"process {process}"),
        .. Running().Where(process => Namespace(process, "net") is { } network && _networks.Contains(network)).Select(process => $"process {process} in a pod's network"),
        .. Below(Environment.ProcessId),
    ]);

    /// <summary>Cgroups of its pods that are still there.</summary>
    public string LeftCgroups() => string.Join('\n', _cgroups.Where(Directory.Exists));

    public void Dispose() => _held.ForEach(held => held.Dispose());

    private string? Hold(int process, string kind)
    {
        if (IfThere(() => File.OpenHandle(PathOf(process, kind), share: FileShare.ReadWrite | FileShare.Delete)) is { } held)
            _held.Add(held);
        return Namespace(process, kind);
    }

    private IEnumerable<string> Below(int process) => File.ReadLines($"/proc/{process}/mountinfo")
        .Where(line => line.Contains(_folder, StringComparison.Ordinal) || _networks.Any(network => line.Contains(network, StringComparison.Ordinal)));

    private IEnumerable<int> Its() => Running().Where(process => Namespace(process, "pid") is { } name && _processes.Contains(name));

    private static bool IsBelow(int process, int engine, Dictionary<int, int> parents)
    {
        while (process != engine && parents.TryGetValue(process, out var parent))
            process = parent;
        return process == engine;
    }

    /// <returns>0 for a process that has ended.</returns>
    private static int Parent(int process) =>
        IfThere(() => File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))) is { } line ? int.Parse(line.AsSpan(5).Trim(), CultureInfo.InvariantCulture) : 0;

    private static IEnumerable<int> Running() =>
        Directory.GetDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0).Where(process => process > 0);

    /// <summary>As in "net:[4026531840]"; null for a process that has ended, or is another user's.</summary>
    private static string? Namespace(int process, string kind) => IfThere(() => new FileInfo(PathOf(process, kind)).LinkTarget);

    private static string PathOf(int process, string kind) => $"/proc/{process}/ns/{kind}";

    private static IEnumerable<string> Cgroups(int process) =>
        from line in IfThere(() => File.ReadAllLines($"/proc/{process}/cgroup")) ?? []
        let parts = line.Split(':', 3)
        where parts[2].Contains("/kontrakt-", StringComparison.Ordinal)
        from root in (string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified", $"/sys/fs/cgroup/{parts[1]}"]
        select root + parts[2];

    private static T? IfThere<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
