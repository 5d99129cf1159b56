using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>Bodies that are asked something, and not stored: options, reviews, scales.</summary>
internal static class RequestObject
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <param name="kind">What it is, for messages.</param>
    /// <exception cref="StatusException">400, 413, 415.</exception>
    public static async Task<JsonObject> ReadAsync(HttpRequest request, string kind) =>
        Read(request, kind, await RequestBody.ReadAsync(request, request.HttpContext.RequestAborted));

    /// <summary>The same, of what has been read already.</summary>
    /// <exception cref="StatusException">400, 415.</exception>
    public static JsonObject Read(HttpRequest request, string kind, ReadOnlyMemory<byte> body) => RequestBody.MediaType(request) switch
    {
        "application/json" => Parse(kind, body),
        Envelope.MediaType => ObjectDecoder.DecodeMessage(kind, body),
        _ => throw Refusals.Unsupported("application/json", Envelope.MediaType),
    };

    /// <param name="types">The media types that it may have.</param>
    /// <exception cref="StatusException">400, 413, 415.</exception>
    public static async Task<JsonObject> ReadPatchAsync(HttpRequest request, string kind, params string[] types)
    {
        if (!types.Contains(RequestBody.MediaType(request)))
            throw Refusals.Unsupported(types);
        return Parse(kind, await RequestBody.ReadAsync(request, request.HttpContext.RequestAborted));
    }

    private static JsonObject Parse(string kind, ReadOnlyMemory<byte> body)
    {
        try
        {
            var read = JsonNode.Parse(body.Span, documentOptions: Reading) as JsonObject ?? throw StatusException.BadRequest($"the body is not a {kind}: it is not an object");
            Decode(read);
            return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw StatusException.BadRequest($"the body is not a {kind}: {e.Message}");
        }
    }

    /// <summary>Text is decoded when it is read, and what is not text found only then.</summary>
    private static void Decode(JsonNode? node)
    {
        if (node is JsonObject map)
            foreach (var (_, child) in map)
                Decode(child);
        else if (node is JsonArray list)
            foreach (var child in list)
                Decode(child);
        else if (node is JsonValue value)
            value.TryGetValue<string>(out _);
    }
}
