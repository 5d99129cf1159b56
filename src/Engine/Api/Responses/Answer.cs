using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Responses;

/// <summary>Writes whole answers. Each has its length, so that a client knows when it was cut off.</summary>
internal static class Answer
{
    public const string Json = "application/json";

    /// <summary>In protobuf, where that is asked for and the kind has it.</summary>
    public static Task WriteAsync(HttpContext http, int code, JsonObject value) =>
        AcceptedForm.IsProtobufFor(http.Request.Headers.Accept) && Envelope.Write(value) is { } message
            ? WriteAsync(http, code, Envelope.MediaType, message)
            : WriteAsync(http, code, writer => value.WriteTo(writer));

    public static Task WriteAsync(HttpContext http, StatusException status) => WriteAsync(http, status.Code, status.ToJson());

    public static async Task WriteAsync(HttpContext http, int code, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(buffer, IsPretty(http.Request) ? JsonWriting.Indented : JsonWriting.Compact))
            write(writer);
        await WriteAsync(http, code, Json, buffer.WrittenMemory);
    }

    public static async Task WriteAsync(HttpContext http, int code, string contentType, ReadOnlyMemory<byte> body)
    {
        Begin(http, code, contentType);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>An object as it is stored.</summary>
    public static Task WriteAsync(HttpContext http, int code, StoredObject item) =>
        IsPretty(http.Request) ? WriteAsync(http, code, writer => item.View.Json.WriteTo(writer)) : WriteAsync(http, code, Json, item.Utf8);

    public static void Begin(HttpContext http, int code, string contentType)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-cache, private";
    }

    public static bool IsPretty(HttpRequest request) => request.Query["pretty"] is ["true" or "1" or ""];
}
