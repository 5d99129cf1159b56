using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Discovery;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>What is served as /openapi/v2.</summary>
public static class ServedOpenApi
{
    public const string ProtobufType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static readonly Lazy<JsonObject> Document = new(Build);
    private static readonly Lazy<ReadOnlyMemory<byte>> AsJson = new(() => JsonSerializer.SerializeToUtf8Bytes(Document.Value));
    private static readonly Lazy<ReadOnlyMemory<byte>> AsProtobuf = new(() => OpenApiProtobuf.Encode(Document.Value));

    /// <summary>application/json.</summary>
    public static ReadOnlyMemory<byte> Json => AsJson.Value;

    /// <summary><see cref="ProtobufType"/>: the form that kubectl asks for.</summary>
    public static ReadOnlyMemory<byte> Protobuf => AsProtobuf.Value;

    private static JsonObject Build() => new()
    {
        ["swagger"] = "2.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = $"v{EngineVersion.Major}.{EngineVersion.Minor}.0" },
        ["paths"] = OpenApiPaths.All(),
        ["definitions"] = OpenApiDefinitions.All(),
    };
}
