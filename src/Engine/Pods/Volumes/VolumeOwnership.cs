using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A pod's fsGroup: the group that its volumes belong to.</summary>
internal static class VolumeOwnership
{
    private const uint Unchanged = uint.MaxValue;

    /// <param name="group">null leaves it as it is.</param>
    public static void SetGroup(string path, uint? group)
    {
        if (group is { } id && VolumeCalls.lchown(path, Unchanged, id) != 0)
            throw new IOException($"cannot give {path} to the group {id} (fsGroup): {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
