using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The namespaces that a pod's containers share, each held by a descriptor: no process need be in them.</summary>
internal sealed partial class PodNamespaces : IDisposable
{
    /// <summary>Without rights, a program may listen at any port, and ping: each group that there is may, and how many that are depends on the machine.</summary>
    private static readonly (string Name, string[] Values)[] UsualSysctls =
    [
        ("net.ipv4.ip_unprivileged_port_start", ["0"]),
        ("net.ipv4.ping_group_range", ["0 2147483647", "0 65535", "0 0"]),
    ];

    private readonly SafeFileHandle hostname;
    private readonly SafeFileHandle ipc;
    /// <summary>Holds one mount: /dev/shm.</summary>
    private readonly SafeFileHandle sharedMemory;
    private readonly SafeHandle network;

    private PodNamespaces(SafeFileHandle hostname, SafeFileHandle ipc, SafeFileHandle sharedMemory, SafeHandle network) =>
        (this.hostname, this.ipc, this.sharedMemory, this.network) = (hostname, ipc, sharedMemory, network);

    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public static PodNamespaces Create(SandboxSpec spec, SafeHandle network, PodUsers users)
    {
        // With the engine's table of descriptors: what it opens, the engine has.
        using var child = ForkedChild.Start(CLONE_FILES | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC);
        child.Do($"set the host name {spec.Hostname}", Sethostname, spec.Hostname, Encoding.UTF8.GetByteCount(spec.Hostname));
        child.Do("enter the pod's network", Setns, (long)network.DangerousGetHandle(), CLONE_NEWNET);
        SetSysctls(child, spec.Sysctls);
        var namespaces = new PodNamespaces(Open(child, "uts"), Open(child, "ipc"), Open(child, "mnt"), network);
        try
        {
            users.OwnWhatIsMade(child);
            MakeSharedMemory(child, spec.Directory);
            return namespaces;
        }
        catch
        {
            namespaces.Dispose();
            throw;
        }
    }

    /// <summary>Brings a child in, which has a mount namespace of its own.</summary>
    /// <returns>A descriptor of the child's: the pod's shared memory, to be attached.</returns>
    public long Enter(ForkedChild child)
    {
        child.Do("enter the pod's network", Setns, (long)network.DangerousGetHandle(), CLONE_NEWNET);
        child.Do("enter the pod's IPC", Setns, (long)ipc.DangerousGetHandle(), CLONE_NEWIPC);
        child.Do("enter the pod's host name", Setns, (long)hostname.DangerousGetHandle(), CLONE_NEWUTS);
        var own = child.Ask("open the mount namespace", Openat, AT_FDCWD, "/proc/thread-self/ns/mnt", O_CLOEXEC);
        child.Do("enter the pod's shared memory", Setns, (long)sharedMemory.DangerousGetHandle(), CLONE_NEWNS);
        var mount = child.Ask("open the pod's shared memory", OpenTree, AT_FDCWD, "/", OPEN_TREE_CLONE | O_CLOEXEC);
        child.Do("come back", Setns, own, CLONE_NEWNS);
        return mount;
    }

    public void Dispose()
    {
        hostname.Dispose();
        ipc.Dispose();
        sharedMemory.Dispose();
    }

    private static SafeFileHandle Open(ForkedChild child, string kind) =>
        new((nint)child.Ask($"open a namespace ({kind})", Openat, AT_FDCWD, $"/proc/thread-self/ns/{kind}", O_CLOEXEC), ownsHandle: true);

    /// <summary>It is all that there is in its namespace, which so keeps no other mount alive.</summary>
    private static void MakeSharedMemory(ForkedChild child, string folder)
    {
        child.Do("make mounts private", CallNumbers.Mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0);
        child.Do("mount shared memory", CallNumbers.Mount, "shm", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=64m");
        child.Do("enter shared memory", Chdir, folder);
        RootSwitch.Do(child);
        child.Flush();
    }

    private static void SetSysctls(ForkedChild child, IReadOnlyDictionary<string, string> sysctls)
    {
        foreach (var (name, values) in UsualSysctls.Where(usual => !sysctls.ContainsKey(usual.Name)))
            _ = values.Any(value => Set(child, name, value) >= 0);
        foreach (var (name, value) in sysctls)
        {
            if (!PodSysctl().IsMatch(name))
                throw new ContainerStartException(StartFailure.Other, $"sysctl \"{name}\" is not of the pod's own: only net.*, kernel.shm*, kernel.msg*, kernel.sem and fs.mqueue.* are");
            if (Set(child, name, value) is < 0 and var error)
                throw new ContainerStartException(StartFailure.Other, $"cannot set sysctl \"{name}\" to \"{value}\": {Errno.Describe((int)-error)}");
        }
    }

    private static unsafe long Set(ForkedChild child, string name, string value)
    {
        const ulong O_WRONLY = 1;
        var file = child.TryAsk(Openat, AT_FDCWD, $"/proc/sys/{name.Replace('.', '/')}", O_WRONLY | O_CLOEXEC);
        if (file < 0)
            return file;
        var result = child.TryAsk(Write, file, child.Memory.Text(value), Encoding.UTF8.GetByteCount(value));
        child.Try(Close, file);
        return result;
    }

    [GeneratedRegex(@"^(net(\.[a-z0-9_-]+)+|kernel\.(shm[a-z_]*|msg[a-z_]*|sem)|fs\.mqueue\.[a-z_]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex PodSysctl();
}
