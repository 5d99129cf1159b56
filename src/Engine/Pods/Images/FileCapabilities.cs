using System.Buffers.Binary;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Capabilities that a file gives to who runs it (struct vfs_cap_data).</summary>
internal static class FileCapabilities
{
    public const string Attribute = "security.capability";
    private const uint Effective = 1;
    private const int LowPermitted = 4;
    private const int HighPermitted = 12;

    /// <summary>
    /// The kernel refuses to run a file whose capabilities a container cannot get: ping of most distributions wants NET_RAW. Without them it runs,
    /// and says itself what it lacks; ping lacks nothing.
    /// </summary>
    public static bool KeepFromRunning(byte[] value)
    {
        if (value.Length < LowPermitted + sizeof(uint) || (BinaryPrimitives.ReadUInt32LittleEndian(value) & Effective) == 0)
            return false;
        ulong permitted = BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(LowPermitted));
        if (value.Length >= HighPermitted + sizeof(uint))
            permitted |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(HighPermitted)) << 32;
        return (permitted & ~Sandboxes.Capabilities.Default) != 0;
    }
}
