using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>From a specification to a process: its namespaces, its root, and itself in them.</summary>
/// <param name="Name">Of all containers, for now.</param>
internal sealed record ContainerStart(string Name, ContainerSpec Spec, PodNamespaces Pod, ProcessRights Rights, string Folder)
{
    private const uint TerminalsGroup = 5;

    /// <exception cref="ContainerStartException">It cannot be started so.</exception>
    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public ChildHandle Run(StandardStreams streams, ContainerCgroup cgroup, CancellationToken cancellationToken)
    {
        var machine = ContainerMachine.Current;
        var users = Rights.Users;
        OverlayMount.Prepare(Folder, Spec.Layers, users);
        using var child = ForkedChild.Start(CLONE_NEWNS | CLONE_NEWPID);
        using var killing = cancellationToken.Register(child.Kill);
        cgroup.Enter(child);
        child.Do("make mounts private", CallNumbers.Mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0);
        child.Do("set the umask", Umask, 0b000_010_010);
        var sharedMemory = Pod.Enter(child);
        users.OwnWhatIsMade(child);
        var root = OverlayMount.Mount(child, Folder, Spec.Layers, users);
        SystemMounts.Proc(root);
        SystemMounts.Sys(root);
        cgroup.Show(root);
        SystemMounts.Dev(root, sharedMemory, users.HasGroup(TerminalsGroup) ? users.OnMachine(TerminalsGroup) : null);
        VolumeMounts.Attach(root, Spec.Mounts, users);
        MakeWorkingDirectory(root);
        if (Spec.ReadOnlyRootFileSystem)
            VolumeMounts.Restrict(child, root.Descriptor, MOUNT_ATTR_RDONLY);
        child.Do("enter the root", Fchdir, root.Descriptor);
        RootSwitch.Do(child);
        Program(streams).Execute(child, machine);
        return child.Take();
    }

    private ProgramStart Program(StandardStreams streams) => new()
    {
        Arguments = Spec.Arguments,
        Environment = Spec.Environment,
        WorkingDirectory = Spec.WorkingDirectory,
        Rights = Rights,
        Streams = streams.Ends,
    };

    private void MakeWorkingDirectory(ContainerRoot root)
    {
        try
        {
            root.Folder(Spec.WorkingDirectory);
        }
        catch (SystemCallException exception)
        {
            throw new ContainerStartException(StartFailure.WorkingDirectory, $"mkdir {Spec.WorkingDirectory}: {exception.Message}", exception);
        }
    }
}
