using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A pod's fsGroup: the group that its volumes belong to.</summary>
internal static class VolumeOwnership
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Every user may write to a folder; what is made in it belongs to the group.</summary>
    public static void Share(string folder, uint? group)
    {
        SetGroup(folder, group);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111 | (group is null ? UnixFileMode.None : UnixFileMode.SetGroup));
    }

    /// <param name="group">null leaves it as it is.</param>
    public static void SetGroup(string path, uint? group)
    {
        if (group is { } id && VolumeCalls.lchown(path, Unchanged, id) != 0)
            throw new IOException($"cannot give {path} to the group {id} (fsGroup): {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
