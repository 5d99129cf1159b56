using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>A network interface.</summary>
internal sealed record NetworkLink(int Index, string Name, bool IsUp)
{
    internal static NetworkLink Read(byte[] answer)
    {
        var header = MemoryMarshal.Read<LinkHeader>(answer);
        var name = NetlinkAttributes.Read(answer.AsSpan(Unsafe.SizeOf<LinkHeader>())).GetValueOrDefault(LinkAttribute.Name) ?? [];
        return new(header.Index, NetlinkAttributes.Text(name), (header.Flags & LinkHeader.Up) != 0);
    }
}
