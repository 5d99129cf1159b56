using System.Runtime.InteropServices;
using System.Text;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>The attributes of an answer.</summary>
internal static class NetlinkAttributes
{
    private const ushort TypeMask = 0x3FFF;

    /// <summary>By type; what is cut off is left out.</summary>
    internal static Dictionary<int, byte[]> Read(ReadOnlySpan<byte> bytes)
    {
        var attributes = new Dictionary<int, byte[]>();
        while (bytes.Length >= 4)
        {
            var length = MemoryMarshal.Read<ushort>(bytes);
            if (length < 4 || length > bytes.Length)
                break;
            attributes[MemoryMarshal.Read<ushort>(bytes[2..]) & TypeMask] = bytes[4..length].ToArray();
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }
        return attributes;
    }

    internal static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
