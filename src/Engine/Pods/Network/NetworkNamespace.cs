using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.NetworkCalls;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>
/// A network of its own: interfaces, addresses, routes, ports. It has no name and no mount: it lives as long as its handle, a process or a
/// socket in it, so nothing of it can be left behind.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly SafeFileHandle handle;

    private NetworkNamespace(SafeFileHandle handle) => this.handle = handle;

    /// <summary>For setns. Closed by <see cref="Dispose"/>.</summary>
    public SafeHandle Handle => handle;

    /// <summary>Makes one whose only interface is its loopback, which is up.</summary>
    /// <exception cref="SystemCallException">The kernel, or the rights of this process, do not allow it.</exception>
    public static NetworkNamespace Create() => OnOwnThread(() =>
    {
        if (unshare(CLONE_NEWNET) != 0)
            throw Refused(Marshal.GetLastPInvokeError());
        using var socket = NetworkCalls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket.IsInvalid)
            throw SystemCallException.Last("open a socket in a new network namespace");
        var handle = ioctl(socket, SIOCGSKNS, 0);
        if (handle.IsInvalid)
            throw SystemCallException.Last("get a handle of a new network namespace");
        using var netlink = Netlink.Open();
        netlink.SetUp(netlink.IndexOf("lo"));
        return new NetworkNamespace(handle);
    });

    /// <summary>
    /// Runs <paramref name="action"/> on a thread of its own inside. What it opens (sockets, above all) stays inside, wherever it is used later.
    /// </summary>
    /// <exception cref="SystemCallException">The namespace cannot be entered.</exception>
    public T Run<T>(Func<T> action) => OnOwnThread(() =>
    {
        Enter();
        return action();
    });

    /// <summary>Brings the calling thread inside, for the rest of its life: never a thread of the pool.</summary>
    /// <exception cref="SystemCallException">The namespace cannot be entered.</exception>
    internal void Enter()
    {
        if (setns(handle, CLONE_NEWNET) != 0)
            throw SystemCallException.Last("enter a network namespace");
    }

    public void Dispose() => handle.Dispose();

    private static T OnOwnThread<T>(Func<T> action)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(action());
            }
            // It is thrown again where the caller waits.
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        })
        { IsBackground = true, Name = "network namespace" };
        thread.Start();
        return result.Task.GetAwaiter().GetResult();
    }

    private static SystemCallException Refused(int errno) => new("make a network namespace", errno, errno switch
    {
        Errno.EPERM => "this takes root, or a user namespace (unshare --user --map-root-user), which this machine may forbid: see the sysctls user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns",
        Errno.ENOSPC => "there are too many: raise the sysctl user.max_net_namespaces",
        Errno.EINVAL => "the kernel was built without CONFIG_NET_NS",
        _ => null,
    });
}
