using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>One page of a list.</summary>
/// <param name="Continue">Asks for the next page; "" for none.</param>
/// <param name="Remaining">How many come after this page, where that is known.</param>
internal sealed record Page(IReadOnlyList<StoredObject> Items, long Revision, string Continue = "", long? Remaining = null)
{
    public void WriteMetadata(Utf8JsonWriter writer)
    {
        writer.WriteString("resourceVersion", Revision.ToString(CultureInfo.InvariantCulture));
        if (Continue.Length > 0)
            writer.WriteString("continue", Continue);
        if (Remaining is { } remaining)
            writer.WriteNumber("remainingItemCount", remaining);
    }
}

/// <summary>Writes lists, in the form that is asked for.</summary>
internal static class ListAnswer
{
    private const int FlushEvery = 64 * 1024;

    public static Task WriteAsync(HttpContext http, ResourceKind kind, Page page, AcceptedForm form, RowObject include, DateTimeOffset now) => form.Shape switch
    {
        AnswerShape.Table => Answer.WriteAsync(http, 200, writer => new TableWriter(kind, form.Version, include, now).Write(writer, page.Items, page.WriteMetadata)),
        AnswerShape.MetadataList => Answer.WriteAsync(http, 200, writer => PartialMetadata.WriteList(writer, page.Items, form.Version, page.WriteMetadata)),
        AnswerShape.Metadata => throw AcceptedForm.NotAcceptable(),
        _ when Answer.IsPretty(http.Request) => Answer.WriteAsync(http, 200, writer => WritePretty(writer, kind, page)),
        _ => StreamAsync(http, kind, page),
    };

    /// <summary>Every object's own bytes, one after the other: however long the list is, no more than a buffer of it is held.</summary>
    private static async Task StreamAsync(HttpContext http, ResourceKind kind, Page page)
    {
        var head = Head(kind, page);
        Answer.Begin(http, 200, Answer.Json);
        http.Response.ContentLength = head.Length + page.Items.Sum(item => (long)item.Utf8.Length) + Math.Max(0, page.Items.Count - 1) + 2;
        var body = http.Response.BodyWriter;
        body.Write(head);
        var pending = 0;
        for (var i = 0; i < page.Items.Count; i++)
        {
            if (i > 0)
                body.Write(","u8);
            body.Write(page.Items[i].Utf8.Span);
            pending += page.Items[i].Utf8.Length;
            if (pending < FlushEvery)
                continue;
            pending = 0;
            await FlushAsync(body, http.RequestAborted);
        }
        body.Write("]}"u8);
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
        writer.WriteStartObject("metadata");
        page.WriteMetadata(writer);
        writer.WriteEndObject();
    }
}
