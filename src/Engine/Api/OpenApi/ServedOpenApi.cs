using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Discovery;
using Kontrakt.Engine.Resources;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>What is served as /openapi/v2.</summary>
/// <param name="custom">The kinds beside those that are built in.</param>
internal sealed class ServedOpenApi(IReadOnlyList<ServedKind> custom)
{
    public const string ProtobufType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 1000 };
    private readonly Lazy<ReadOnlyMemory<byte>> json = new(() => JsonSerializer.SerializeToUtf8Bytes(Build(custom), Deep));
    private readonly Lazy<ReadOnlyMemory<byte>> protobuf = new(() => OpenApiProtobuf.Encode(Build(custom)));

    /// <summary>application/json.</summary>
    public ReadOnlyMemory<byte> Json => json.Value;

    /// <summary><see cref="ProtobufType"/>: the form that kubectl asks for.</summary>
    public ReadOnlyMemory<byte> Protobuf => protobuf.Value;

    private static JsonObject Build(IReadOnlyList<ServedKind> custom) => new()
    {
        ["swagger"] = "2.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = $"v{EngineVersion.Major}.{EngineVersion.Minor}.0" },
        ["paths"] = OpenApiPaths.All([.. ServedKinds.Resources, .. custom.Select(kind => kind.Resource)]),
        ["definitions"] = OpenApiDefinitions.All(custom),
    };
}
