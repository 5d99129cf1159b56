using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Client;

/// <summary>JSON as deep as Kubernetes has it: the schemas inside CustomResourceDefinitions pass .NET's default of 64 levels.</summary>
internal static class ApiJson
{
    private const int Depth = 1000;
    public static JsonDocumentOptions Reading { get; } = new() { MaxDepth = Depth };
    private static readonly JsonWriterOptions Writing = new() { MaxDepth = Depth };

    public static Task<JsonNode?> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        JsonNode.ParseAsync(stream, documentOptions: Reading, cancellationToken: cancellationToken);

    public static JsonNode? Parse(string text) => JsonNode.Parse(text, documentOptions: Reading);

    public static byte[] Write(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
            node.WriteTo(writer);
        return buffer.ToArray();
    }
}
