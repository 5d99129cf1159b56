using System.Buffers;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>How a list is written, item by item.</summary>
internal interface IListForm
{
    string ContentType { get; }
    long Length(IReadOnlyList<StoredObject> items);
    void Begin(IBufferWriter<byte> output);
    /// <returns>How many bytes that was.</returns>
    int Write(IBufferWriter<byte> output, StoredObject item, bool isFirst);
    void End(IBufferWriter<byte> output);
}

/// <param name="head">All that comes before the first item.</param>
internal sealed class JsonListForm(byte[] head) : IListForm
{
    public string ContentType => Answer.Json;

    public long Length(IReadOnlyList<StoredObject> items) => head.Length + items.Sum(item => (long)item.Utf8.Length) + Math.Max(0, items.Count - 1) + Tail.Length;

    public void Begin(IBufferWriter<byte> output) => output.Write(head);

    public int Write(IBufferWriter<byte> output, StoredObject item, bool isFirst)
    {
        if (!isFirst)
            output.Write(","u8);
        output.Write(item.Utf8.Span);
        return item.Utf8.Length;
    }

    public void End(IBufferWriter<byte> output) => output.Write(Tail);

    private static ReadOnlySpan<byte> Tail => "]}"u8;
}

internal sealed class ProtobufListForm : IListForm
{
    private readonly byte[] head;
    private readonly long length;

    public ProtobufListForm(ResourceKind kind, Page page)
    {
        var begin = ProtobufObject.Begin(page);
        var size = begin.Length + page.Items.Sum(item => (long)ProtobufObject.ItemHead(item).Length + StoredMessage.Of(item).Length);
        head = [.. Envelope.Head(kind.GroupVersionKind.ApiVersion, kind.Kind + "List", size), .. begin];
        length = head.Length - begin.Length + size;
    }

    public string ContentType => Envelope.MediaType;

    public long Length(IReadOnlyList<StoredObject> items) => length;

    public void Begin(IBufferWriter<byte> output) => output.Write(head);

    public int Write(IBufferWriter<byte> output, StoredObject item, bool isFirst)
    {
        var message = StoredMessage.Of(item);
        output.Write(ProtobufObject.ItemHead(item));
        output.Write(message.Span);
        return message.Length;
    }

    public void End(IBufferWriter<byte> output) { }
}
