using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>emptyDir: a folder for all users, on disk or in memory, that goes with the pod.</summary>
internal sealed class EmptyDirectory(string directory) : IDisposable
{
    private bool mounted;

    /// <param name="memory">Bytes that one in memory has at most, whatever it says: all that is in it is the pod's memory.</param>
    public void Create(JsonObject definition, uint? group, long memory)
    {
        Directory.CreateDirectory(directory);
        if (definition["medium"]?.ToString() == "Memory" && !mounted)
            Mount(Quantity.Read(definition["sizeLimit"]?.ToString())?.Amount is > 0 and var limit ? Math.Min(limit, memory) : memory);
        VolumeOwnership.Share(directory, group);
    }

    public void Dispose()
    {
        if (!mounted)
            return;
        // Detached, because a container that is just ending may still hold it.
        if (VolumeCalls.umount2(directory, MountFlags.MNT_DETACH) != 0)
            throw new IOException($"cannot unmount {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        mounted = false;
    }

    private void Mount(decimal size)
    {
        if (VolumeCalls.mount("tmpfs", directory, "tmpfs", MountFlags.MS_NOSUID | MountFlags.MS_NODEV, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"size={size:0},mode=0777")) != 0)
            throw new IOException($"cannot mount a tmpfs for an emptyDir in memory: {Marshal.GetLastPInvokeErrorMessage()}");
        mounted = true;
    }
}

/// <summary>A folder in memory, for what must not reach a disk. It is gone with the mounts of the engine's process.</summary>
public static class MemoryFolder
{
    /// <exception cref="IOException">This process may not mount.</exception>
    public static string Mount(string directory)
    {
        Directory.CreateDirectory(directory);
        if (VolumeCalls.mount("tmpfs", directory, "tmpfs", MountFlags.MS_NOSUID | MountFlags.MS_NODEV, "mode=0700") != 0)
            throw new IOException($"cannot mount a tmpfs for secrets: {Marshal.GetLastPInvokeErrorMessage()}");
        return directory;
    }
}
