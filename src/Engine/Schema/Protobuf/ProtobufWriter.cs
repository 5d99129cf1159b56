using System.Buffers;
using System.Text;

namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>Writes the fields of a protobuf message.</summary>
/// <param name="room">For so many bytes at first.</param>
internal sealed class ProtobufWriter(int room = 2048) : IBufferWriter<byte>
{
    private byte[] bytes = new byte[room];
    private int length;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    public byte[] ToArray() => Written.ToArray();

    public void Number(int field, long value)
    {
        Tag(field, WireType.Varint);
        Varint((ulong)value);
    }

    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public void Text(int field, string value)
    {
        Tag(field, WireType.Delimited);
        var size = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)size);
        Encoding.UTF8.GetBytes(value, Room(size));
        length += size;
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Head(field, value.Length);
        Raw(value);
    }

    /// <summary>What comes before the <paramref name="size"/> bytes of a field.</summary>
    public void Head(int field, long size)
    {
        Tag(field, WireType.Delimited);
        Varint((ulong)size);
    }

    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        length += value.Length;
    }

    /// <summary>A message inside; an empty one is written, too.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var start = Begin(field);
        write(this);
        End(start);
    }

    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, WireType.Delimited);
        // Most messages are short: this is room for their length.
        Room(1);
        return ++length;
    }

    public void End(int start)
    {
        var size = length - start;
        var digits = VarintSize(size) - 1;
        if (digits > 0)
        {
            Room(digits);
            bytes.AsSpan(start, size).CopyTo(bytes.AsSpan(start + digits));
        }
        length = start - 1;
        Varint((ulong)size);
        length = start + digits + size;
    }

    public static int VarintSize(long value) => (64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value | 1) + 6) / 7;

    public void Advance(int count) => length += count;

    public Span<byte> GetSpan(int sizeHint = 0) => Room(Math.Max(sizeHint, 256));

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Room(Math.Max(sizeHint, 256));
        return bytes.AsMemory(length);
    }

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    private void Varint(ulong value)
    {
        var room = Room(10);
        var size = 0;
        for (; value >= 0x80; value >>= 7)
            room[size++] = (byte)(value | 0x80);
        room[size++] = (byte)value;
        length += size;
    }

    private Span<byte> Room(int size)
    {
        if (bytes.Length - length < size)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + size));
        return bytes.AsSpan(length);
    }
}

/// <summary>How a field's value is delimited.</summary>
internal enum WireType { Varint = 0, Fixed64 = 1, Delimited = 2, GroupStart = 3, GroupEnd = 4, Fixed32 = 5 }
