using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Controllers;

/// <summary>The addresses of Services, 10.96.0.0/16. What is taken is read from the Services themselves, so none can be lost.</summary>
public static class ClusterAddresses
{
    public const string Api = "10.96.0.1";
    public const string Dns = "10.96.0.10";
    public const string Range = "10.96.0.0/16";
    private const uint First = 0x0A60_0000;
    private const uint Size = 0x1_0000;
    /// <summary>Below are addresses that are asked for by name; as in Kubernetes, the others are given first.</summary>
    private const uint FirstGiven = 0x100;

    public static bool Contains(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork && Number(address) - First is > 0 and < Size - 1;

    /// <summary>A free one; null when there is none left. Close to random, so that the address of a deleted Service is not another's in the next moment.</summary>
    public static string? Pick(IReadOnlySet<string> taken)
    {
        var start = (uint)Random.Shared.Next((int)FirstGiven, (int)Size - 1);
        for (uint i = 0; i < Size - 2; i++)
        {
            var text = Text(1 + (start - 1 + i) % (Size - 2));
            if (text is not Api and not Dns && !taken.Contains(text))
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
