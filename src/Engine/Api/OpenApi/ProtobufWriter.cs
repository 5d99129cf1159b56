using System.Buffers;
using System.Text;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>Writes fields of a protobuf message: the wire types of lengths and of varints, which is all that OpenAPI needs.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly ArrayBufferWriter<byte> bytes = new();

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public void Text(int field, string? value)
    {
        if (value is { Length: > 0 })
            Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    public void Flag(int field, bool value)
    {
        if (!value)
            return;
        Number((field << 3) | Varint);
        Number(1);
    }

    /// <summary>A message inside; an empty one is written, too.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.ToArray());
    }

    private void Bytes(int field, byte[] value)
    {
        Number((field << 3) | Delimited);
        Number(value.Length);
        bytes.Write(value);
    }

    private void Number(int value)
    {
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
            bytes.Write([(byte)(rest | 0x80)]);
        bytes.Write([(byte)rest]);
    }
}
