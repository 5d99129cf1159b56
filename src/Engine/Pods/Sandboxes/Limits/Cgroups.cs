namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>
/// The engine's cgroups: made with the first container, removed with the last. There is one in each hierarchy of the machine, also in those that
/// limit nothing: a container sees its own group as the root of all, and where it had none, a mount of it would show the machine's.
/// </summary>
internal sealed class Cgroups
{
    private static readonly string[] Wanted = ["memory", "cpu", "pids"];
    private readonly Lock changing = new();
    private readonly List<CgroupTree> trees = [];
    private int users;

    private Cgroups() => Refusals = Try();

    public static Cgroups Shared { get; } = new();

    /// <summary>Why a controller cannot be read, for each that cannot.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; }

    /// <exception cref="IOException">The kernel refuses a limit.</exception>
    public ContainerCgroup Make(string id, ContainerLimits limits)
    {
        lock (changing)
        {
            if (users++ == 0)
                MakeTrees([]);
            try
            {
                return ContainerCgroup.Make(trees, id, limits);
            }
            catch
            {
                Release();
                throw;
            }
        }
    }

    public void Remove(ContainerCgroup group)
    {
        group.Dispose();
        Release();
    }

    private void Release()
    {
        lock (changing)
        {
            if (--users > 0)
                return;
            foreach (var tree in trees)
                tree.Dispose();
            trees.Clear();
        }
    }

    private Dictionary<string, string> Try()
    {
        var refusals = Wanted.ToDictionary(controller => controller, _ => "this machine has no cgroups for it");
        users = 1;
        MakeTrees(refusals);
        Release();
        return refusals;
    }

    private void MakeTrees(Dictionary<string, string> refusals)
    {
        var mounts = CgroupMount.Read();
        var left = Wanted.ToHashSet();
        // The same hierarchy may be mounted at several places, and a container can be in one group of it.
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in mounts.OrderByDescending(mount => mount.Unified))
        {
            var hierarchy = mount.Unified ? "" : string.Join(',', mount.Controllers);
            if (made.Contains(hierarchy))
                continue;
            string[] controllers = [.. mount.Controllers.Where(left.Contains)];
            try
            {
                trees.Add(MakeTree(mount, controllers));
                made.Add(hierarchy);
                left.ExceptWith(controllers);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Where there is nothing to limit: what the engine may not change there, its containers may not either.
                foreach (var controller in controllers)
                    refusals[controller] = exception is UnauthorizedAccessException ? "this user may not make cgroups" : exception.Message;
            }
        }
        foreach (var controller in Wanted.Where(controller => !left.Contains(controller)))
            refusals.Remove(controller);
    }

    /// <summary>What all containers together may use is written above them.</summary>
    private static CgroupTree MakeTree(CgroupMount mount, IReadOnlyList<string> controllers)
    {
        var tree = CgroupTree.Make(mount, controllers);
        try
        {
            foreach (var file in CgroupFile.Of(new(MemoryBytes: MachineShare.Current.MemoryBytes, Processes: MachineShare.Current.Processes), mount.Unified, controllers))
                file.Write(tree.Folder);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }
}
