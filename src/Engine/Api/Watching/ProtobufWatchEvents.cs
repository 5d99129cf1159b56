using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Watching;

/// <summary>Messages (meta.k8s.io, WatchEvent), each after its length in four bytes.</summary>
internal sealed class ProtobufWatchEvents(ServedKind kind, AcceptedForm form) : WatchEvents(kind)
{
    public override string ContentType => Envelope.MediaType + ";stream=watch";

    public override void Write(IBufferWriter<byte> output, string type, StoredObject item) =>
        Write(output, type, form.Shape == AnswerShape.Metadata ? ProtobufObject.MetadataOf(item, form.Version) : ProtobufObject.Of(item));

    public override void WriteError(IBufferWriter<byte> output, StatusException error) => Write(output, "ERROR", Envelope.Write(error.ToJson()) ?? throw new UnreachableException());

    private static void Write(IBufferWriter<byte> output, string type, byte[] item)
    {
        var message = new ProtobufWriter();
        message.Text(1, type);
        message.Message(2, raw => raw.Bytes(1, item));
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), message.Written.Length);
        output.Advance(4);
        output.Write(message.Written);
    }
}
