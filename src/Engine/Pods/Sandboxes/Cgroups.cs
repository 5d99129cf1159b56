namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The engine's cgroups: made with the first container that has limits, removed with the last.</summary>
internal sealed class Cgroups
{
    private static readonly string[] Wanted = ["memory", "cpu", "pids"];
    private readonly Lock changing = new();
    private readonly List<CgroupTree> trees = [];
    private int users;

    private Cgroups() => Refusals = Try();

    public static Cgroups Shared { get; } = new();

    /// <summary>Why a controller cannot be had, for each that cannot.</summary>
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
        foreach (var mount in mounts.OrderByDescending(mount => mount.Unified))
        {
            string[] controllers = [.. mount.Controllers.Where(left.Contains)];
            if (controllers.Length == 0)
                continue;
            try
            {
                trees.Add(CgroupTree.Make(mount, controllers));
                left.ExceptWith(controllers);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                foreach (var controller in controllers)
                    refusals[controller] = exception is UnauthorizedAccessException ? "this user may not make cgroups" : exception.Message;
            }
        }
        foreach (var controller in Wanted.Where(controller => !left.Contains(controller)))
            refusals.Remove(controller);
    }
}
