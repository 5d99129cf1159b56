using System.Buffers.Binary;
using System.Net;
using Kontrakt.Engine.Pods.Network;

namespace Kontrakt.Engine.Resources;

/// <summary>The addresses that Services may have. What is taken is read from the Services themselves, so none can be lost.</summary>
internal static class ServiceRange
{
    private static readonly uint First = Number(ClusterAddresses.Services.BaseAddress);
    private static readonly uint Size = 1u << (32 - ClusterAddresses.Services.PrefixLength);
    private static readonly string[] Reserved = [ClusterAddresses.Kubernetes.ToString(), ClusterAddresses.Dns.ToString(), ClusterAddresses.Egress.ToString()];
    /// <summary>Below are addresses that are asked for by name; as in Kubernetes, the others are given first.</summary>
    private const uint FirstGiven = 0x100;

    /// <summary>Neither the first of the network nor the last: they are nobody's.</summary>
    public static bool Contains(IPAddress address) =>
        ClusterAddresses.Services.Contains(address) && Number(address) - First is var offset && offset > 0 && offset < Size - 1;

    /// <summary>Whether it is one of the engine's own.</summary>
    public static bool IsReserved(string address) => Reserved.Contains(address);

    /// <summary>A free one; null when there is none left. Close to random, so that the address of a deleted Service is not another's in the next moment.</summary>
    public static string? Pick(IReadOnlySet<string> taken)
    {
        var start = (uint)Random.Shared.Next((int)FirstGiven, (int)Size - 1);
        for (uint i = 0; i < Size - 2; i++)
        {
            var text = Text(1 + (start - 1 + i) % (Size - 2));
            if (!IsReserved(text) && !taken.Contains(text))
                return text;
        }
        return null;
    }

    private static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private static string Text(uint offset) => new IPAddress(BinaryPrimitives.ReverseEndianness(First + offset)).ToString();
}
