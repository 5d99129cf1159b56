namespace Kontrakt.Engine.Schema.Protobuf;

/// <summary>Reads the fields of a protobuf message. What it promises to have, it must have: nothing is read or reserved beyond its bytes.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> message = message;
    private int at;

    public int Field { get; private set; }
    public WireType Type { get; private set; }

    /// <summary>Goes to the next field, whose value has to be read or skipped before the one after it.</summary>
    /// <exception cref="ProtobufException">It is not one.</exception>
    public bool Next()
    {
        if (at == message.Length)
            return false;
        var tag = Varint();
        if (tag >> 3 is 0 or > 0x1fffffff)
            throw new ProtobufException($"illegal tag {tag >> 3} (wire type {tag & 7})");
        (Field, Type) = ((int)(tag >> 3), (WireType)(tag & 7));
        return true;
    }

    /// <summary>Of a list of numbers that have no fields: whether one more follows.</summary>
    public bool NextPacked()
    {
        Type = WireType.Varint;
        return at < message.Length;
    }

    /// <exception cref="ProtobufException">The value is not a number.</exception>
    public long Number()
    {
        Expect(WireType.Varint);
        return (long)Varint();
    }

    /// <summary>The bytes of a text or message.</summary>
    /// <exception cref="ProtobufException">The value is not one.</exception>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(WireType.Delimited);
        return Take(Varint());
    }

    /// <exception cref="ProtobufException">It has no end.</exception>
    public void Skip()
    {
        // Groups may be inside each other: they are counted, not followed.
        var groups = 0;
        var type = Type;
        while (true)
        {
            switch (type)
            {
                case WireType.Varint: Varint(); break;
                case WireType.Fixed64: Take(8); break;
                case WireType.Fixed32: Take(4); break;
                case WireType.Delimited: Take(Varint()); break;
                case WireType.GroupStart: groups++; break;
                case WireType.GroupEnd when groups > 0: groups--; break;
                case WireType.GroupEnd: throw new ProtobufException("unexpected end of group");
                default: throw new ProtobufException($"illegal wireType {(int)type}");
            }
            if (groups == 0)
                return;
            type = (WireType)(Varint() & 7);
        }
    }

    private readonly void Expect(WireType type)
    {
        if (Type != type)
            throw new ProtobufException($"wrong wireType = {(int)Type} for field {Field}");
    }

    private ReadOnlySpan<byte> Take(ulong size)
    {
        if (size > (ulong)(message.Length - at))
            throw new ProtobufException("unexpected EOF");
        var taken = message.Slice(at, (int)size);
        at += (int)size;
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == message.Length)
                throw new ProtobufException("unexpected EOF");
            var digit = message[at++];
            value |= (ulong)(digit & 0x7f) << shift;
            if (digit < 0x80)
                return value;
        }
        throw new ProtobufException("integer overflow");
    }
}

/// <summary>Bytes that are not a message of the expected type.</summary>
internal sealed class ProtobufException(string message) : FormatException(message);
