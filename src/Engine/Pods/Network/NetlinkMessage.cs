using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>A request to the kernel's routing interface as it is being written: a header, a fixed part, and attributes that may nest.</summary>
internal sealed class NetlinkMessage
{
    private const ushort Nested = 0x8000;
    private readonly List<byte> bytes = new(256);

    /// <param name="attempt">What it asks for, as the sentence "cannot …" goes on.</param>
    internal NetlinkMessage(NetlinkType type, ushort flags, string attempt)
    {
        Attempt = attempt;
        Write(new NetlinkHeader { Type = type, Flags = (ushort)(flags | NetlinkFlags.Request) });
    }

    internal string Attempt { get; }

    internal NetlinkMessage Write<T>(T value) where T : unmanaged => Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    internal NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Write((ushort)(4 + value.Length));
        Write(type);
        Append(value);
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
        return this;
    }

    internal NetlinkMessage Attribute(ushort type, int value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    internal NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    /// <summary>An attribute made of what <paramref name="content"/> writes.</summary>
    internal NetlinkMessage Attribute(ushort type, Action<NetlinkMessage> content)
    {
        var place = bytes.Count;
        Write((ushort)0);
        Write((ushort)(type | Nested));
        content(this);
        Put(place, (ushort)(bytes.Count - place));
        return this;
    }

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Finish(uint sequence)
    {
        Put(0, (uint)bytes.Count);
        Put(8, sequence);
        return CollectionsMarshal.AsSpan(bytes);
    }

    private NetlinkMessage Append(ReadOnlySpan<byte> value)
    {
        bytes.AddRange(value);
        return this;
    }

    private void Put<T>(int place, T value) where T : unmanaged =>
        Unsafe.WriteUnaligned(ref CollectionsMarshal.AsSpan(bytes)[place], value);
}
