using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A folder in memory, for what must not reach a disk. It is gone with the mounts of the engine's process.</summary>
public static class MemoryFolder
{
    /// <exception cref="IOException">This process may not mount.</exception>
    public static string Mount(string directory)
    {
        Directory.CreateDirectory(directory);
        if (VolumeCalls.mount("tmpfs", directory, "tmpfs", VolumeCalls.MS_NOSUID | VolumeCalls.MS_NODEV, "mode=0700") != 0)
            throw new IOException($"cannot mount a tmpfs for secrets: {Marshal.GetLastPInvokeErrorMessage()}");
        return directory;
    }
}
