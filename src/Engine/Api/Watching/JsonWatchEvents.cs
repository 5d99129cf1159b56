using System.Buffers;
using System.Text.Json;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Watching;

/// <summary>Lines of JSON.</summary>
internal sealed class JsonWatchEvents(ServedKind kind, AcceptedForm form, RowObject include, TimeProvider time) : WatchEvents(kind)
{
    private readonly ServedKind kind = kind;

    public override string ContentType => Answer.Json;

    public override void Write(IBufferWriter<byte> output, string type, StoredObject item)
    {
        Begin(output, type);
        if (form.Shape == AnswerShape.Object)
            output.Write(item.Utf8.Span);
        else if (form.Shape == AnswerShape.Table)
            WriteTable(output, [item], item.Revision);
        else
        {
            using var writer = new Utf8JsonWriter(output, JsonWriting.Compact);
            PartialMetadata.Write(writer, item, form.Version);
        }
        output.Write("}\n"u8);
    }

    public override void WriteError(IBufferWriter<byte> output, StatusException error)
    {
        Begin(output, "ERROR");
        using (var writer = new Utf8JsonWriter(output, JsonWriting.Compact))
            error.ToJson().WriteTo(writer);
        output.Write("}\n"u8);
    }

    /// <summary>Of a table, one without rows.</summary>
    protected override void WriteBookmark(IBufferWriter<byte> output, StoredObject bookmark)
    {
        if (form.Shape != AnswerShape.Table)
        {
            base.WriteBookmark(output, bookmark);
            return;
        }
        Begin(output, "BOOKMARK");
        WriteTable(output, [], bookmark.Revision);
        output.Write("}\n"u8);
    }

    private void WriteTable(IBufferWriter<byte> output, IReadOnlyList<StoredObject> items, long revision)
    {
        using var writer = new Utf8JsonWriter(output, JsonWriting.Compact);
        new TableWriter(kind, form.Version, include, time.GetUtcNow()).Write(writer, items, new Page(items, revision).Metadata);
    }

    private static void Begin(IBufferWriter<byte> output, string type)
    {
        output.Write("{\"type\":\""u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(type));
        output.Write("\",\"object\":"u8);
    }
}
