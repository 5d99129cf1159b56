using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>One page of a list.</summary>
/// <param name="Revision">0 for what is not stored.</param>
/// <param name="Continue">Asks for the next page; "" for none.</param>
/// <param name="Remaining">How many come after this page, where that is known.</param>
internal sealed record Page(IReadOnlyList<StoredObject> Items, long Revision, string Continue = "", long? Remaining = null)
{
    public JsonObject Metadata
    {
        get
        {
            var metadata = new JsonObject();
            if (Revision > 0)
                metadata["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
            if (Continue.Length > 0)
                metadata["continue"] = Continue;
            if (Remaining is { } remaining)
                metadata["remainingItemCount"] = remaining;
            return metadata;
        }
    }
}

/// <summary>Writes lists, in the form that is asked for.</summary>
internal static class ListAnswer
{
    private const int FlushEvery = 64 * 1024;

    public static Task WriteAsync(HttpContext http, ServedKind served, Page page, AcceptedForm form, RowObject include, DateTimeOffset now) => form.Shape switch
    {
        AnswerShape.Table => Answer.WriteAsync(http, 200, writer => new TableWriter(served, form.Version, include, now).Write(writer, page.Items, page.Metadata)),
        AnswerShape.MetadataList when form.IsProtobuf => Answer.WriteAsync(http, 200, Envelope.MediaType, ProtobufObject.MetadataOf(page, form.Version)),
        AnswerShape.MetadataList => Answer.WriteAsync(http, 200, writer => PartialMetadata.WriteList(writer, page.Items, form.Version, page.Metadata)),
        AnswerShape.Metadata => throw AcceptedForm.NotAcceptable(),
        _ when form.IsProtobuf => StreamAsync(http, page, new ProtobufListForm(served.Resource, page)),
        _ when Answer.IsPretty(http.Request) => Answer.WriteAsync(http, 200, writer => WritePretty(writer, served.Resource, page)),
        _ => StreamAsync(http, page, new JsonListForm(Head(served.Resource, page))),
    };

    /// <summary>Every object's own bytes, one after the other: however long the list is, no more than a buffer of it is held.</summary>
    private static async Task StreamAsync(HttpContext http, Page page, IListForm form)
    {
        Answer.Begin(http, 200, form.ContentType);
        http.Response.ContentLength = form.Length(page.Items);
        var body = http.Response.BodyWriter;
        form.Begin(body);
        var pending = 0;
        for (var i = 0; i < page.Items.Count; i++)
        {
            pending += form.Write(body, page.Items[i], isFirst: i == 0);
            if (pending < FlushEvery)
                continue;
            pending = 0;
            await FlushAsync(body, http.RequestAborted);
        }
        form.End(body);
        await FlushAsync(body, http.RequestAborted);
    }

    private static async Task FlushAsync(PipeWriter body, CancellationToken cancellationToken)
    {
        if ((await body.FlushAsync(cancellationToken)).IsCompleted)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private static byte[] Head(ResourceKind kind, Page page)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Compact))
        {
            writer.WriteStartObject();
            WriteHead(writer, kind, page);
            writer.WriteEndObject();
        }
        return [.. buffer.WrittenSpan[..^1], .. ",\"items\":["u8];
    }

    private static void WritePretty(Utf8JsonWriter writer, ResourceKind kind, Page page)
    {
        writer.WriteStartObject();
        WriteHead(writer, kind, page);
        writer.WriteStartArray("items");
        foreach (var item in page.Items)
            item.View.Json.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, ResourceKind kind, Page page)
    {
        writer.WriteString("kind", kind.Kind + "List");
        writer.WriteString("apiVersion", kind.GroupVersionKind.ApiVersion);
        writer.WritePropertyName("metadata");
        page.Metadata.WriteTo(writer);
    }
}
