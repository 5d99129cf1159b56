using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Watching;

/// <summary>Writes the lines of a watch, in the form that is asked for.</summary>
internal sealed class WatchEventWriter
{
    private readonly ResourceKind kind;
    private readonly AcceptedForm form;
    private readonly RowObject include;
    private readonly TimeProvider time;

    public WatchEventWriter(ResourceKind kind, AcceptedForm form, RowObject include, TimeProvider time)
    {
        if (form.Shape == AnswerShape.MetadataList)
            throw AcceptedForm.NotAcceptable();
        (this.kind, this.form, this.include, this.time) = (kind, form, include, time);
    }

    public void Write(IBufferWriter<byte> output, string type, StoredObject item)
    {
        Begin(output, type);
        if (form.Shape == AnswerShape.Object)
            output.Write(item.Utf8.Span);
        else
            WriteShaped(output, item);
        output.Write("}\n"u8);
    }

    /// <param name="initialEnd">All that existed when the watch began has been reported.</param>
    public void WriteBookmark(IBufferWriter<byte> output, long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEnd)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var bookmark = new StoredObject(new(kind, "", ""), revision, new() { ["kind"] = kind.Kind, ["apiVersion"] = kind.GroupVersionKind.ApiVersion, ["metadata"] = metadata });
        Begin(output, "BOOKMARK");
        if (form.Shape == AnswerShape.Table)
        {
            using var writer = new Utf8JsonWriter(output, JsonWriting.Compact);
            new TableWriter(kind, form.Version, include, time.GetUtcNow()).Write(writer, [], new Page([], revision).WriteMetadata);
        }
        else if (form.Shape == AnswerShape.Metadata)
            WriteShaped(output, bookmark);
        else
            output.Write(bookmark.Utf8.Span);
        output.Write("}\n"u8);
    }

    public static void WriteError(IBufferWriter<byte> output, StatusException error)
    {
        Begin(output, "ERROR");
        using (var writer = new Utf8JsonWriter(output, JsonWriting.Compact))
            error.ToJson().WriteTo(writer);
        output.Write("}\n"u8);
    }

    private void WriteShaped(IBufferWriter<byte> output, StoredObject item)
    {
        using var writer = new Utf8JsonWriter(output, JsonWriting.Compact);
        if (form.Shape == AnswerShape.Table)
            new TableWriter(kind, form.Version, include, time.GetUtcNow()).Write(writer, [item], new Page([item], item.Revision).WriteMetadata);
        else
            PartialMetadata.Write(writer, item, form.Version);
    }

    private static void Begin(IBufferWriter<byte> output, string type)
    {
        output.Write("{\"type\":\""u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(type));
        output.Write("\",\"object\":"u8);
    }
}
